"""All SQL of reminders."""

from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Date,
    DateTime,
    Integer,
    Text,
    Uuid,
    bindparam,
    cast,
    literal_column,
    text,
)

from billing.dunning.rules import CATCH_UP, DunningRuleNotFound, local
from billing.dunning.tables import DunningRule, Reminder, dunning_rules, invoice_reminders
from chassis.amounts import amount
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from refs.home import home
from refs.merges import survivor_of
from refs.tables import client_refs

_R: Final = dunning_rules.c
_N: Final = invoice_reminders.c
_PLAIN: Final = ("id", "version", "created_at", "updated_at")
_SURVIVOR: Final = survivor_of(client_refs, _N.client_id)

RULES: Final = ListQuery(
    source=dunning_rules,
    columns={
        **{name: _R[name] for name in (*_PLAIN, "name", "days", "hour")},
        "active": _R.is_active, "send": _R.is_mailed,
    },
    where=(_R.tenant_id == bindparam("tenant_id"),),
    filters={"active": _R.is_active == bindparam("active", type_=Boolean)},
    sorts={name: _R[name] for name in ("days", "updated_at", "created_at")},
    default_sort="days", key=_R.id,
)  # fmt: skip
# Seen with their invoice, which is looked for first.
REMINDERS: Final = ListQuery(
    source=invoice_reminders,
    columns={
        **{name: _N[name] for name in (
            *_PLAIN, "invoice_id", "dunning_rule_id", "rule_name", "days", "due_on", "currency",
            "message_id", "mail_failure",
        )},
        "client_id": _SURVIVOR,
        "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
        "balance": amount(_N.balance_minor, _N.currency), "send": _N.is_mailed,
        "reminded_at": _N.created_at,
    },
    where=(_N.tenant_id == bindparam("tenant_id", type_=Uuid),
           _N.invoice_id == bindparam("invoice_id", type_=Uuid)),
    filters={}, sorts={"created_at": _N.created_at}, default_sort="created_at", key=_N.id,
)  # fmt: skip
# What is open and has come to a rule's day and hour, is not too late for it, was issued by then,
# and was not told by it. Whoever runs beside this takes others, or finds them told.
_REMIND: Final = statement(
    text("""
with come as (
    select i.id, i.client_id, i.currency, i.due_date + r.days as due_on,
           r.id as rule_id, r.name, r.days, r.is_mailed,
           i.total_minor - i.paid_minor - i.credited_minor - i.written_off_minor as balance_minor
      from dunning_rules r
      join invoices i on i.tenant_id = r.tenant_id
       and i.due_date >= :earliest - r.days and i.due_date <= :today - r.days
     where r.tenant_id = :tenant_id and r.is_active
       and i.status in ('issued', 'partially_paid') and i.type is null
       and (i.due_date + r.days < :today or r.hour <= :hour)
       and i.due_date + r.days >= i.issue_date
       and i.due_date + r.days >= (i.issued_at at time zone :zone)::date
       and not exists (select from invoice_reminders n where n.tenant_id = i.tenant_id
                          and n.invoice_id = i.id and n.dunning_rule_id = r.id)
     order by i.due_date, i.id limit :most for update of i skip locked
)
insert into invoice_reminders (tenant_id, id, version, created_at, updated_at, invoice_id,
    client_id, dunning_rule_id, rule_name, days, due_on, currency, balance_minor, is_mailed)
select :tenant_id, uuidv7(), 1, :now, :now, id, client_id, rule_id, name, days, due_on, currency,
       balance_minor, is_mailed
  from come
on conflict (tenant_id, invoice_id, dunning_rule_id) do nothing
returning *
""").bindparams(
        *(bindparam(name, type_=kind) for name, kind in (
            ("tenant_id", Uuid), ("earliest", Date), ("today", Date), ("hour", Integer),
            ("zone", Text), ("now", DateTime(timezone=True)), ("most", Integer),
        ))
    )
)  # fmt: skip


class DunningRuleRepository(Repository[DunningRule]):
    """The rules of the tenant."""

    table = dunning_rules
    row = DunningRule
    missing = DunningRuleNotFound


class ReminderRepository(Repository[Reminder]):
    """The reminders there were."""

    table = invoice_reminders
    row = Reminder

    async def remind(self, most: int) -> list[Reminder]:
        """Write down some that have come, each once."""
        work = self.work
        zone = (await home(work)).timezone
        now = local(work.now, zone)
        values: dict[str, Any] = {
            "today": now.date(), "earliest": now.date() - CATCH_UP, "hour": now.hour,
            "zone": str(now.tzinfo), "now": work.now,
        }  # fmt: skip
        rows = await work.fetch(_REMIND, tenant_id=work.tenant_id, most=most, **values)
        return [Reminder(**row) for row in rows]
