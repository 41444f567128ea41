"""All SQL of balances: sums over a client's entries."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    column,
    func,
    literal,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from billing.documents.repository.clauses import TODAY, of_clients
from billing.invoices.repository.shown import IS_OWED
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
_OF: Final = ("client_id", "currency")
_AMOUNTS: Final = (
    "invoiced", "paid", "written_off", "due", "overdue", "opening", "credit", "lifetime_value",
)  # fmt: skip
_ASKED: Final = func.unnest(bindparam("asked", type_=ARRAY(Uuid))).table_valued(
    column("id", Uuid), name="asked"
).render_derived()  # fmt: skip
_WHO: Final = statement(
    select(_ASKED.c.id, survivor_of(client_refs, _ASKED.c.id).label("who"))
    .where(about_visible_client(_ASKED.c.id))
)  # fmt: skip
_MERGED: Final = statement(
    select(client_refs.c.id, client_refs.c.merged_into).where(
        client_refs.c.tenant_id == _TENANT,
        client_refs.c.merged_into == any_(bindparam("client_id", type_=ARRAY(Uuid))),
    )
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
        _E.client_id, _E.currency,
        (-_sum(Account.REVENUE, Account.TAX, Account.ROUNDING)).label("invoiced"),
        _sum(Account.RECEIVABLE).label("due"),
        _sum(Account.BAD_DEBTS).label("written_off"),
        (-_sum(Account.OPENING_BALANCES)).label("opening"),
        _OWED_BEFORE.label("owed_before"),
        (-_sum(Account.CREDIT)).label("credit"),
        _sum(Account.CASH, Account.CHEQUES, Account.REFUNDS).label("lifetime_value"),
    )
    .where(_E.tenant_id == _TENANT, of_clients(ledger_entries), _E.account != all_(_BETWEEN))
    .group_by(_E.client_id, _E.currency).order_by(_E.currency)
)  # fmt: skip
_OVERDUE: Final = statement(
    select(_I.client_id, _I.currency, func.sum(
        _I.total_minor - _I.paid_minor - _I.credited_minor - _I.written_off_minor).label("overdue"))
    .where(_I.tenant_id == _TENANT, of_clients(invoices), _I.due_date < TODAY, IS_OWED)
    .group_by(_I.client_id, _I.currency)
)  # fmt: skip


Standing = list[dict[str, Any]]


async def seen(work: UnitOfWork, client_id: UUID) -> UUID | None:
    """Who answers for a client now; None for one that the caller does not see."""
    return (await _who(work, [client_id])).get(client_id)


async def balances(work: UnitOfWork, client_id: UUID) -> Standing:
    """How a client stands, by currency, with those merged into it; nothing of one not seen."""
    _, standing = (await balances_of(work, [client_id])).get(client_id, (client_id, []))
    return standing


async def balances_of(
    work: UnitOfWork, client_ids: Sequence[UUID]
) -> dict[UUID, tuple[UUID, Standing]]:
    """The same of several, by the ids they were asked for: who answers for each, and how that one
    stands. Without those that the caller does not see.
    """
    who = await _who(work, client_ids)
    found = await _standing(work, sorted(set(who.values())))
    return {one: (client_id, found.get(client_id, [])) for one, client_id in who.items()}


async def balances_below(work: UnitOfWork, root: UUID, below: Sequence[UUID]) -> Standing:
    """How a client stands together with others, by currency, each with its parts.

    Of those that the caller sees here too, be it what clients said; each counts once.
    """
    who = await seen_here(work, [root, *below])
    if root not in who:
        return []
    parts: dict[str, dict[UUID, Counter[str]]] = {}
    sums = await _sums_of(work, sorted(set(who.values())))
    for (client_id, currency), minors in sums.items():
        parts.setdefault(currency, {})[client_id] = minors
    return [_rolled_up(who[root], currency, parts[currency]) for currency in sorted(parts)]


async def seen_here(work: UnitOfWork, client_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who answers for each that the caller sees, as far as this service knows."""
    values = {"tenant_id": work.tenant_id, **(await sight_of(work)).values()}
    rows = await work.fetch(_WHO, **values, asked=list(client_ids))
    return {row["id"]: row["who"] for row in rows}


async def _who(work: UnitOfWork, client_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """Who answers for each that the caller sees."""
    said = await lag.accesses(work, client_ids)
    return await seen_here(work, [one for one in client_ids if said[one].may_see])


async def _standing(work: UnitOfWork, client_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How each stands for itself and for those merged into it."""
    found: dict[UUID, Standing] = {}
    for (client_id, currency), minors in (await _sums_of(work, client_ids)).items():
        found.setdefault(client_id, []).append(_told(client_id, currency, minors))
    return found


async def _sums_of(
    work: UnitOfWork, client_ids: Sequence[UUID]
) -> dict[tuple[UUID, str], Counter[str]]:
    """What is told of each in each currency, in minor units."""
    asked = {"tenant_id": work.tenant_id, "client_id": client_ids}
    merged = {row["id"]: row["merged_into"] for row in await work.fetch(_MERGED, **asked)}
    sums: dict[tuple[UUID, str], Counter[str]] = {}
    overdue = await work.fetch(_OVERDUE, **asked, today=await today(work))
    for row in [*await work.fetch(_SUMS, **asked), *overdue]:
        minors = {name: int(value) for name, value in row.items() if name not in _OF}
        whose = merged.get(row["client_id"], row["client_id"]), row["currency"]
        sums.setdefault(whose, Counter()).update(minors)
    return sums


def _rolled_up(root: UUID, currency: str, parts: dict[UUID, Counter[str]]) -> dict[str, Any]:
    whole: Counter[str] = Counter()
    for minors in parts.values():
        whole.update(minors)
    of = sorted(parts, key=lambda one: (one != root, one))
    return _told(root, currency, whole) | {
        "parts": [_told(one, currency, parts[one]) for one in of]
    }


def _told(client_id: UUID, currency: str, minors: Counter[str]) -> dict[str, Any]:
    asked_for = minors["invoiced"] + minors["owed_before"]
    paid = asked_for - minors["due"] - minors["written_off"]
    written = {
        name: Money(paid if name == "paid" else minors[name], currency).format()
        for name in _AMOUNTS
    }  # fmt: skip
    url = f"/v1/clients/{client_id}"
    return {"client_id": client_id, "url": url, "currency": currency, **written}
