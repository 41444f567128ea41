"""The credit that goes with what was sold is charged once that is paid, taken back, given again."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Literal
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit.repository.books import ensure_each
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.rules.ledger import Move, Place
from memberships.credit.rules.rests import Rest, number_of
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.charging import Charge, issue_to, open_with_given
from memberships.credit.use_cases.settling import tidy
from memberships.credit_grants import repository, rules
from memberships.credit_grants.tables import Lot
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import smallest

Terms = Mapping[str, Any]
Lots = Mapping[tuple[str | None, UUID], Lot]
Told = tuple[Literal["charged", "refunded", "extended"], UUID, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Credit that something calls for, by its name: all that `terms` give, from a day on.

    As large a share of it is `kept` as is paid and was not credited; nothing: it is taken back.
    What came with a membership `rests` on the days on which that does; none: it never rests.
    """

    cause: str
    client_id: UUID
    terms: Terms
    starts_on: date
    source: str
    rests: Sequence[Rest] | None = None
    kept: Fraction = rules.ALL


async def settle(work: UnitOfWork, grants: Sequence[Grant]) -> None:
    """Have of each cause what its last grant says: charged once, and what is unused taken back and
    given again, as often as it is called for.

    The accounts of all are locked at once, in the one order in which all are: whoever has several
    grants calls this once in a transaction, after it has locked all else.
    """
    latest = {one.cause: one for one in grants if one.terms["credits"]}
    if not latest:
        return
    known = await ChargeRepository(work).caused(latest)
    new = [
        (grant, one) for grant in latest.values() if grant.kept
        for one in _charges(grant) if (one.cause, one.credit_type_id) not in known
    ]  # fmt: skip
    if not known and not new:
        return
    owners = await repository.owners(work, {grant.client_id for grant, _ in new})
    book = await _opened(work, known, [(owners[grant.client_id], one) for grant, one in new])
    told = await _follow(work, book, known, latest)
    for grant, one in new:
        account = book.account_of(owners[grant.client_id], one.credit_type_id)
        lot = issue_to(book, account.id, one)
        told.append(("charged", lot.id, lot.amount))
        # Before its first version, by which what is taken of it next is named.
        told += _kept(book, [replace(lot, version=0)], grant, {})
        _rested(book, book.lots[lot.id], grant, 0)
    await _write(book, told)


async def rest(work: UnitOfWork, grants: Sequence[Grant]) -> None:
    """Have what was charged rest on the days on which its membership does, and on no other ones;
    with the days that are added it can be used longer. To be called as `settle` is.
    """
    wanted = {one.cause: one for one in grants if one.terms["credits"]}
    found = await ChargeRepository(work).caused(wanted) if wanted else {}
    known = {key: one for key, one in found.items() if one.taken_back_at is None}
    if not known:
        return
    book = await _opened(work, known, [])
    await _write(book, await _rest_each(work, book, known, wanted))


async def _write(book: Book, told: Sequence[Told]) -> None:
    await tidy(book)
    await book.write()
    for verb, lot_id, amount in told:
        book.tell(verb, book.lots[lot_id], amount)


async def unused_share(work: UnitOfWork, cause: str) -> Fraction:
    """How much of what a cause has charged nobody used: of several types of the most used one."""
    return rules.unused_share(await repository.unused(work, cause))


def _charges(grant: Grant) -> list[Charge]:
    terms = grant.terms
    return [
        Charge(
            credit_type_id=UUID(one["credit_type_id"]), amount=smallest(one["amount"]),
            cause=grant.cause, starts_on=grant.starts_on, source=grant.source,
            expires_on=rules.last_day(grant.starts_on, one["expires_after"]),
            package_id=UUID(terms["package_id"]),
        )
        for one in terms["credits"]
    ]  # fmt: skip


async def _opened(
    work: UnitOfWork, known: Lots, wanted: Collection[tuple[UUID, Charge]]
) -> Book:  # fmt: skip
    """All accounts that are touched, locked."""
    pairs = {(owner_id, one.credit_type_id) for owner_id, one in wanted}
    types = {one for _, one in pairs}
    named = {str(one): one for one in types}
    kinds = await credit_types.counted(work, named, known=types) if types else {}
    kinds |= await credit_types.kinds(work, {one.credit_type_id for one in known.values()} - types)
    accounts: Collection[UUID] = ()
    if pairs:
        await ensure_each(work, pairs)
        accounts = await repository.accounts_of(work, {one for one, _ in pairs}, types)
    return await open_with_given(work, list(known.values()), list(kinds.values()), accounts)


async def _follow(
    work: UnitOfWork, book: Book, known: Lots, grants: Mapping[str, Grant]
) -> list[Told]:
    """What was charged before, as it is now that nobody else changes it."""
    families = {one.id: _family(book, one.id) for one in known.values()}
    taken = await repository.taken_back(
        work, [one.id for lots in families.values() for one in lots]
    )
    told: list[Told] = []
    for (cause, _), one in known.items():
        told += _kept(book, families[one.id], grants[str(cause)], taken)
    kept = {key: one for key, one in known.items() if grants[str(key[0])].kept}
    return told + await _rest_each(work, book, kept, grants)


async def _rest_each(
    work: UnitOfWork, book: Book, known: Lots, grants: Mapping[str, Grant]
) -> list[Told]:
    lots = [(book.lots[one.id], grants[str(cause)]) for (cause, _), one in known.items()]
    lost = await repository.lost(work, [one.id for one, _ in lots])
    return [told for lot, grant in lots for told in _rested(book, lot, grant, lost.get(lot.id, 0))]


def _rested(book: Book, lot: Lot, grant: Grant, lost: int) -> list[Told]:
    """A charge has the days that follow from its grant; what was lost is there again with them."""
    if grant.rests is None or lot.taken_back_at is not None:
        return []
    span = _spans(grant)[lot.credit_type_id]
    now = rules.Days(lot.starts_on, lot.days, lot.rests)
    wanted = now.moved(grant.starts_on, span, grant.rests)
    until = wanted.expires_on
    if (wanted, until) == (now, lot.expires_on):
        return []
    if lost and (until is None or until >= book.today):
        cause = f"charge:{lot.id}:restored:{lot.version}"
        book.post(cause, [(lot.account_id, Move(lot.id, Place.EXPIRED, Place.AVAILABLE, lost))])
    more = {"is_expiring_told": False} if until != lot.expires_on else {}
    book.change_lot(
        lot.id, starts_on=wanted.starts_on, days=wanted.days, rests=wanted.rests,
        expires_on=until, **more,
    )  # fmt: skip
    return [("extended", lot.id, lot.amount)] if more else []


def _family(book: Book, lot_id: UUID) -> list[Lot]:
    """A charge, and after it what was given of it to other clients."""
    given = (one for one in book.lots.values() if one.origin_lot_id == lot_id)
    return [book.lots[lot_id], *sorted(given, key=lambda one: one.id)]


def _kept(
    book: Book, family: Sequence[Lot], grant: Grant, taken: Mapping[UUID, int]
) -> list[Told]:  # fmt: skip
    """Take back what is too much of a charge, of what is unused, or give again what was taken:
    each to where it was taken from.
    """
    told: list[Told] = []
    more = rules.taken_of(family[0].amount, grant.kept) - sum(
        taken.get(one.id, 0) for one in family
    )
    for lot in family:
        into = Place.REFUNDED if more > 0 else Place.AVAILABLE
        amount = min(more, lot.remaining) if more > 0 else min(-more, taken.get(lot.id, 0))
        if amount:
            told.append(_moved(book, lot, into, amount))
            more += -amount if more > 0 else amount
        _mark(book, lot, grant)
    return told


def _mark(book: Book, lot: Lot, grant: Grant) -> None:
    if not grant.kept:
        # What is held of it, or put back to it, is taken when that comes.
        if lot.taken_back_at is None:
            book.change_lot(lot.id, taken_back_at=book.work.now)
    elif lot.taken_back_at is not None:
        _reopen(book, lot, grant)


def _moved(book: Book, lot: Lot, into: Place, amount: int) -> Told:
    is_back = into is Place.AVAILABLE
    verb, out_of = ("given_again", Place.REFUNDED) if is_back else ("taken_back", Place.AVAILABLE)
    cause = f"charge:{lot.id}:{verb}:{lot.version}"
    book.post(cause, [(lot.account_id, Move(lot.id, out_of, into, amount))])
    return ("charged" if is_back else "refunded", lot.id, amount)


def _reopen(book: Book, lot: Lot, grant: Grant) -> None:
    """It may be used again, for as long as if it was charged now, if that is longer; what came with
    a membership, as that has it.
    """
    if grant.rests is not None and lot.origin_lot_id is None:
        book.change_lot(lot.id, taken_back_at=None)
        return
    wanted = rules.last_day(grant.starts_on, _spans(grant)[lot.credit_type_id])
    until, changes = rules.later(lot.expires_on, wanted), dict[str, Any]()
    if until != lot.expires_on:
        days = None if until is None else number_of(lot.starts_on, until, lot.rests)
        changes = {"expires_on": until, "days": days, "is_expiring_told": False}
    book.change_lot(lot.id, taken_back_at=None, **changes)


def _spans(grant: Grant) -> dict[UUID, Any]:
    return {UUID(one["credit_type_id"]): one["expires_after"] for one in grant.terms["credits"]}
