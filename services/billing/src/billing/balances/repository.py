"""All SQL of balances: sums over a client's entries."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.documents.repository import TODAY, of_clients
from billing.invoices.rules import OWED
from billing.invoices.tables import invoices
from billing.ledger.rules import Account, DocumentType
from billing.ledger.tables import ledger_entries
from chassis.money import Money
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs import lag
from refs.home import today
from refs.merges import survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_E: Final = ledger_entries.c
_I: Final = invoices.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_ASKED: Final = bindparam("asked", type_=Uuid)
_WHO: Final = statement(
    select(survivor_of(client_refs, _ASKED)).where(about_visible_client(_ASKED))
)


def _sum(*accounts: Account) -> ColumnElement[Any]:
    named = literal([one.value for one in accounts], ARRAY(Text))
    return func.coalesce(func.sum(_E.amount_minor).filter(_E.account == any_(named)), 0)


# Between currencies, and of nobody.
_BETWEEN: Final = literal(
    [one.value for one in (Account.CONVERSIONS, Account.EXCHANGE_DIFFERENCES)], ARRAY(Text)
)
# What is paid of these is paid too.
_OWED_BEFORE: Final = func.coalesce(-func.sum(_E.amount_minor).filter(
    _E.account == literal_column(f"'{Account.OPENING_BALANCES.value}'", Text),
    _E.document_type == literal_column(f"'{DocumentType.INVOICE.value}'", Text),
), 0)  # fmt: skip
_SUMS: Final = statement(
    select(
        _E.currency,
        (-_sum(Account.REVENUE, Account.TAX, Account.ROUNDING)).label("invoiced"),
        _sum(Account.RECEIVABLE).label("due"),
        _sum(Account.BAD_DEBTS).label("written_off"),
        (-_sum(Account.OPENING_BALANCES)).label("opening"),
        _OWED_BEFORE.label("owed_before"),
        (-_sum(Account.CREDIT)).label("credit"),
        _sum(Account.CASH, Account.CHEQUES, Account.REFUNDS).label("lifetime_value"),
    )
    .where(_E.tenant_id == _TENANT, of_clients(ledger_entries), _E.account != all_(_BETWEEN))
    .group_by(_E.currency).order_by(_E.currency)
)  # fmt: skip
_OVERDUE: Final = statement(
    select(_I.currency, func.sum(
        _I.total_minor - _I.paid_minor - _I.credited_minor - _I.written_off_minor).label("overdue"))
    .where(_I.tenant_id == _TENANT, of_clients(invoices), _I.due_date < TODAY,
           or_(*(_I.status == one.value for one in OWED)))
    .group_by(_I.currency)
)  # fmt: skip


async def seen(work: UnitOfWork, client_id: UUID) -> UUID | None:
    """Who answers for a client now; None for one that the caller does not see."""
    if not await lag.is_visible(work, client_id):
        return None
    sight = (await sight_of(work)).values()
    who: UUID | None = await work.fetchval(
        _WHO, **sight, tenant_id=work.tenant_id, asked=client_id
    )  # fmt: skip
    return who


async def balances(work: UnitOfWork, client_id: UUID) -> list[dict[str, Any]]:
    """How a client stands, by currency, with those merged into it; nothing of one not seen."""
    if (who := await seen(work, client_id)) is None:
        return []
    asked = {"tenant_id": work.tenant_id, "client_id": [who]}
    overdue = {
        row["currency"]: int(row["overdue"])
        for row in await work.fetch(_OVERDUE, **asked, today=await today(work))
    }
    rows = await work.fetch(_SUMS, **asked)
    return [_told(who, dict(row), overdue.get(row["currency"], 0)) for row in rows]


def _told(client_id: UUID, row: dict[str, Any], overdue: int) -> dict[str, Any]:
    currency = row.pop("currency")
    sums = {name: int(minor) for name, minor in row.items()}
    asked_for = sums["invoiced"] + sums.pop("owed_before")
    sums["paid"] = asked_for - sums["due"] - sums["written_off"]
    sums["overdue"] = overdue
    written = {name: Money(minor, currency).format() for name, minor in sums.items()}
    url = f"/v1/clients/{client_id}"
    return {"client_id": client_id, "url": url, "currency": currency, **written}
