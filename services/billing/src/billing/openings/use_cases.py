"""What a client owed, or had left, before the company came here is kept as its record says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from billing.invoices.use_cases.opening import owe_opening
from billing.openings.repository import OpeningRepository
from billing.openings.rules import split, spread
from billing.openings.tables import OpeningBalance
from billing.payments.repository.payments import PaymentRepository
from billing.payments.use_cases.opening import credit_opening
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home


@dataclass(frozen=True, slots=True)
class Told:
    """What a client's record says; empty where it says nothing.

    A `balance` above zero is owed by the client, one below is their credit.
    """

    client_id: UUID
    version: int
    balance: str
    currency: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A client was merged `into` another one, or (None) stands for itself again: `by` an event,
    later than those with lesser ids, or as it is without one.
    """

    client_id: UUID
    into: UUID | None
    by: UUID | None


Heard: TypeAlias = tuple[Told | None, Moved | None]


async def wait_for_others(work: UnitOfWork, heard: Sequence[Heard]) -> None:
    """Be the only one to move money of all whom this is about; before any row of theirs is locked.

    Once for all that a transaction keeps, and as who merges clients if any of it does: one after
    the other would let two transactions wait for each other.
    """
    openings = OpeningRepository(work)
    await openings.hold(alone=any(moved is not None for _, moved in heard))
    told = {one.client_id for each in heard for one in each if one is not None}
    into = {moved.into for _, moved in heard if moved is not None and moved.into is not None}
    await PaymentRepository(work).serialise_each(await openings.related(told | into))


async def keep_opening(work: UnitOfWork, told: Told | None, moved: Moved | None = None) -> None:
    """Post what is new of clients' opening balances; what is older changes nothing.

    Of clients that became one only the record of who answers for them counts. Asked by who waited
    for others with all that it keeps.
    """
    openings = OpeningRepository(work)
    named = [one.client_id for one in (told, moved) if one is not None]
    families = {await openings.family(one) for one in named}
    is_new = told is not None and await _record(work, told)
    # What no event told is as new as the record it was read with.
    may_move = moved is not None and (moved.by is not None or is_new)
    is_moved = moved is not None and may_move and await _move(work, moved)
    if not is_new and not is_moved:
        return
    roots = {family[0] for family in families}
    families = {await openings.family(one) for one in sorted({*named, *roots})}
    for family in sorted(families):
        await _post(work, family)


async def _record(work: UnitOfWork, told: Told) -> bool:
    """Whether the record was not heard of before."""
    openings = OpeningRepository(work)
    known = await openings.find(told.client_id)
    if known is not None and known.heard >= told.version:
        return False
    currency = told.currency or (await home(work)).currency
    if known is None:
        known = await _first_heard(openings, told.client_id)
    await openings.update(known, heard=told.version, balance=told.balance or "0", currency=currency)
    return True


async def _move(work: UnitOfWork, moved: Moved) -> bool:
    """Whether this was not heard of before."""
    openings = OpeningRepository(work)
    known = await openings.find(moved.client_id)
    if known is None:
        known = await _first_heard(openings, moved.client_id)
    if known.moved_by is not None and (moved.by is None or moved.by <= known.moved_by):
        return False
    await openings.update(known, merged_into=moved.into, moved_by=moved.by)
    return True


async def _first_heard(openings: OpeningRepository, client_id: UUID) -> OpeningBalance:
    currency = (await home(openings.work)).currency
    return await openings.add(
        id=client_id, heard=0, balance="0", currency=currency, merged_into=None, moved_by=None
    )


async def _post(work: UnitOfWork, family: Sequence[UUID]) -> None:
    """In the currency it is in now, and nothing in those it was in before."""
    openings = OpeningRepository(work)
    record = await openings.find(family[0])
    says = Money.parse(record.balance, record.currency) if record else None
    credits, owed = await openings.credit(family), await openings.owed(family)
    currencies = {currency for currency, _ in (*owed, *credits)}
    for currency in sorted(currencies | ({says.currency} if says else set())):
        balance = says if says and says.currency == currency else Money(0, currency)
        invoices = [owed.get((currency, one)) for one in family]
        payments = [credits.get((currency, one)) for one in family]
        settled = [one.total_minor - one.balance_minor if one else 0 for one in invoices]
        used = [one.amount_minor - one.left_minor if one else 0 for one in payments]
        then = split(balance.amount_minor, sum(settled), sum(used))
        dues = spread(then.owed_minor, settled, [one.total_minor if one else 0 for one in invoices])
        left = spread(then.credit_minor, used, [one.amount_minor if one else 0 for one in payments])
        for at, client_id in enumerate(family):
            await owe_opening(work, client_id, invoices[at], Money(dues[at], currency))
            await credit_opening(work, client_id, payments[at], Money(left[at], currency))
