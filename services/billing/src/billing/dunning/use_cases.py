"""What is done with rules of reminders, and by them."""

from typing import Any, Final
from uuid import UUID

from billing.dunning import rules
from billing.dunning.repository import DunningRuleRepository, ReminderRepository
from billing.dunning.tables import DunningRule, Reminder
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import OWED
from billing.invoices.use_cases.overdue import tell_reminder
from billing.links.use_cases.giving import client_of
from chassis.caller import system
from chassis.context import Context
from chassis.errors import Failure, Unavailable
from chassis.money import Money
from chassis.rpc.client import Asking
from chassis.work import UnitOfWork
from refs import people

MAIL: Final = "billing.mail_reminder"
REMIND: Final = "billing.remind_company"
_MOST: Final = 500


async def create_rule(work: UnitOfWork, values: dict[str, Any]) -> DunningRule:
    """Add a rule."""
    rule, is_new = await DunningRuleRepository(work).add_once(**values)
    return _looked_for(work, rule) if is_new else rule


async def update_rule(work: UnitOfWork, rule_id: UUID, changes: dict[str, Any]) -> DunningRule:
    """Change a rule, or put it away."""
    known = DunningRuleRepository(work)
    return _looked_for(work, await known.update(await known.get_for_update(rule_id), **changes))


async def delete_rule(work: UnitOfWork, rule_id: UUID) -> None:
    """Remove a rule; its reminders stay."""
    known = DunningRuleRepository(work)
    await known.delete(await known.get_for_update(rule_id))


def _looked_for(work: UnitOfWork, rule: DunningRule) -> DunningRule:
    """What it wants already is told at once, not with the next sweep."""
    if rule.is_active:
        work.enqueue(REMIND, {})
    return rule


async def tenants_with_rules(context: Context) -> list[UUID]:
    """Companies that may have something to be reminded of."""
    rows = await context.system.look_up("tenants_with_dunning_rules")
    return [row["tenant_id"] for row in rows]


async def remind(work: UnitOfWork) -> bool:
    """Tell of some that have come, each once for a rule; whether there were any."""
    made = await ReminderRepository(work).remind(_MOST)
    ids = sorted({one.invoice_id for one in made})
    invoices = {one.id: one for one in await InvoiceRepository(work).lock_paid(ids)}
    for one in made:
        tell_reminder(work, invoices[one.invoice_id], {
            "reminder_id": str(one.id), "dunning_rule_id": str(one.dunning_rule_id),
            "rule_name": one.rule_name, "days": one.days,
        })  # fmt: skip
        if one.is_mailed and one.client_id is not None:
            work.enqueue(MAIL, {"reminder_id": str(one.id)})
    return bool(made)


async def mail(context: Context, tenant_id: UUID, reminder_id: UUID) -> None:
    """Ask comms to mail a reminder, and note its id, or why there is none; raises Unavailable.

    It may run twice: the second time comms knows it by its key, or it is noted already.
    """
    caller = system(tenant_id, context.service)
    async with context.database.work(caller, role="worker") as work:
        found = await ReminderRepository(work).find(reminder_id)
        if found is None or found.message_id is not None:
            return
        letter = await _letter(work, found)
    if letter is None:
        return
    try:
        message_id = await context.peers.mail(
            Asking(caller), *letter, key=f"reminder/{reminder_id}"
        )
        outcome: dict[str, Any] = {"message_id": message_id, "mail_failure": None}
    except Unavailable:
        raise
    except Failure as refusal:
        outcome = {"mail_failure": refusal.code}
    async with context.database.work(caller, role="worker") as work:
        known = ReminderRepository(work)
        await known.update(await known.get_for_update(reminder_id), **outcome)


async def _letter(work: UnitOfWork, reminder: Reminder) -> tuple[UUID, str, str] | None:
    """Whom to write what; None where it was paid meanwhile, or nobody is there to be written to."""
    invoice = await InvoiceRepository(work).find(reminder.invoice_id)
    if invoice is None or invoice.status not in OWED:
        return None
    client, company = await client_of(work, invoice), await people.tenant(work)
    if client is None:
        return None
    left = Money(invoice.balance_minor, invoice.currency).format()
    subject, body = rules.letter(client.language or (company.locale if company else ""), {
        "number": invoice.number or "", "name": client.name,
        "balance": f"{left} {invoice.currency}", "company": company.name if company else "",
        "due": invoice.due_date.isoformat() if invoice.due_date else "",
    })  # fmt: skip
    return client.id, subject, body
