"""Whether clients may owe as much as their invoices ask for."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from billing.defaults.repository import BillingSettingsRepository
from billing.defaults.rules import CreditLimitExceeded, CreditLimitMode, exceeds
from billing.invoices.repository.credit import Credit, credits_of, owed_by
from billing.invoices.tables import Invoice
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home

Worth = Mapping[str, Any]


async def beyond_credit(work: UnitOfWork, drafts: Sequence[tuple[Invoice, Worth]]) -> set[UUID]:
    """Those by which a client would owe more than they may, where the company wants that refused.

    One after the other: what fits is owed as the next one is looked at. Whoever else issues for
    the clients waits from here on. `Worth` are the columns of what a draft is worth at home.
    """
    asked = [(draft, worth) for draft, worth in drafts if draft.client_id and draft.total_minor]
    limits = await _limits(work, CreditLimitMode.REFUSE, [draft for draft, _ in asked])
    owed = await _owed(work, limits.values())
    beyond = set()
    for draft, worth in asked:
        if draft.client_id is None or (limit := limits.get(draft.client_id)) is None:
            continue
        more = {worth["home_currency"]: worth["home_total_minor"]}
        then = owed[limit.id] + (more | {draft.currency: draft.total_minor}).get(limit.currency, 0)
        if exceeds(_minor(limit), then):
            beyond.add(draft.id)
        else:
            owed[limit.id] = then
    return beyond


async def warning(work: UnitOfWork, invoice: Invoice) -> CreditLimitExceeded | None:
    """What to tell of an invoice that was just issued, where the company wants to be warned."""
    return (await warnings(work, [invoice])).get(invoice.id)


async def warnings(
    work: UnitOfWork, invoices: Sequence[Invoice]
) -> dict[UUID, CreditLimitExceeded]:  # fmt: skip
    """The same of several, by their ids."""
    limits = await _limits(work, CreditLimitMode.WARN, [one for one in invoices if one.total_minor])
    owed = await _owed(work, limits.values())
    beyond = {one for one, limit in limits.items() if exceeds(_minor(limit), owed[limit.id])}
    return {
        one.id: CreditLimitExceeded() for one in invoices
        if one.client_id in beyond and one.total_minor
    }  # fmt: skip


async def _limits(
    work: UnitOfWork, mode: CreditLimitMode, invoices: Sequence[Invoice]
) -> dict[UUID, Credit]:
    clients = {one.client_id for one in invoices if one.client_id is not None}
    if not clients:
        return {}
    settings = await BillingSettingsRepository(work).current()
    if settings is None or settings.credit_limit_mode != mode:
        return {}
    own = (await home(work)).currency
    found = await credits_of(work, clients)
    return {
        client_id: Credit(one.id, one.limit, one.currency or own)
        for client_id, one in found.items()
    }


async def _owed(work: UnitOfWork, limits: Collection[Credit]) -> dict[UUID, int]:
    """What those owe who have a limit, in the currency of it."""
    owed = {one.id: 0 for one in limits}
    for currency in sorted({one.currency for one in limits}):
        clients = {one.id for one in limits if one.currency == currency}
        owed |= await owed_by(work, clients, currency)
    return owed


def _minor(limit: Credit) -> int:
    return Money.parse(limit.limit, limit.currency).amount_minor
