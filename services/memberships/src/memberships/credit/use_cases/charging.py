"""Credit is charged, stopped, resumed, extended, given back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository import books
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.rules import failures
from memberships.credit.rules import lots as rules
from memberships.credit.rules.ledger import Move, Place
from memberships.credit.rules.rests import last_day, number_of
from memberships.credit.tables.ledger import Lot
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.settling import tidy
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import CreditKind, amount_of, written
from refs.home import today


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """So much of a type, in its smallest part, for a client; once for its cause and type.

    Without `starts_on` from today; `expires_on` is the last day on which it can be used.
    """

    credit_type_id: UUID
    amount: int
    cause: str
    starts_on: date | None = None
    expires_on: date | None = None
    description: str | None = None
    source: str
    package_id: UUID | None = None
    external_id: str | None = None


async def charge(work: UnitOfWork, client_id: UUID, wanted: Charge) -> Lot:
    """Charge credit that something else calls for, in its transaction."""
    return (await charge_each(work, client_id, [wanted]))[0]


async def charge_each(work: UnitOfWork, client_id: UUID, wanted: Sequence[Charge]) -> list[Lot]:
    """The same of several types at once: who charges several never calls one after the other, or
    two who do could wait for each other. Raises UnknownCreditType.
    """
    named = {f"credits.{at}": one.credit_type_id for at, one in enumerate(wanted)}
    kinds = await credit_types.counted(work, named, known=set(named.values()))
    book = await Book.open(work, [client_id], list(kinds.values()), makes=True)
    known = await ChargeRepository(work).caused({one.cause for one in wanted})
    made: list[Lot] = []
    for one in wanted:
        lot = known.get((one.cause, one.credit_type_id))
        made.append(lot or issue_to(book, book.own_account(one.credit_type_id).id, one))
    new = [one for one in made if (one.cause, one.credit_type_id) not in known]
    await finish(book, [("charged", one) for one in new])
    return [book.lots.get(one.id, one) for one in made]


def issue_to(book: Book, account_id: UUID, one: Charge) -> Lot:
    """A charge as a new lot of a locked account."""
    return issue(book, account_id, one.amount, {
        "starts_on": one.starts_on or book.today, "expires_on": one.expires_on,
        "description": one.description, "source": one.source, "cause": one.cause,
        "package_id": one.package_id, "external_id": one.external_id,
    })  # fmt: skip


def issue(
    book: Book, account_id: UUID, amount: int, values: Mapping[str, Any],
    adjustment_id: UUID | None = None,
) -> Lot:  # fmt: skip
    """A new lot of a locked account, which an adjustment may have brought."""
    lot = book.add_lot(book.accounts[account_id], amount, **values)
    cause, out_of = (f"charge:{lot.id}", Place.ISSUED) if adjustment_id is None else (
        f"adjustment:{adjustment_id}", Place.ADJUSTED)  # fmt: skip
    book.post(cause, [(account_id, Move(lot.id, out_of, Place.AVAILABLE, amount))])
    return book.lots[lot.id]


async def finish(book: Book, told: Sequence[tuple[events.Verb, Lot]]) -> None:
    """Write a book, and tell what became of lots."""
    await tidy(book)
    await book.write()
    for verb, lot in told:
        book.tell(verb, lot, lot.amount)


async def record_charge(work: UnitOfWork, client_id: UUID, values: dict[str, Any]) -> Lot:
    """Charge a client by hand. Raises UnknownCreditType, NotAnAmount and ExpiresTooSoon."""
    named = {"credit_type_id": values["credit_type_id"]}
    kind = (await credit_types.counted(work, named))[values["credit_type_id"]]
    amount = amount_of(values["amount"], kind.decimals, "amount")
    day = await today(work)
    starts_on = values["starts_on"] or day
    rules.check_days(starts_on, values["expires_on"], day)
    stopped_at = work.now if values["stopped"] else None
    made = {
        "starts_on": starts_on, "expires_on": values["expires_on"],
        "description": values["description"], "source": "manual", "cause": None,
        "package_id": None,
    }  # fmt: skip
    book = await Book.open(work, [client_id], [kind], makes=True)
    if values["id"] and (known := await ChargeRepository(work).find(values["id"])) is not None:
        # The day that it was made on may be another by now.
        wanted = made if values["starts_on"] else {**made, "starts_on": known.starts_on}
        return _same(work, known, client_id, wanted | {"credit_type_id": kind.id, "amount": amount})
    account = book.own_account(kind.id)
    lot = issue(book, account.id, amount, made | {"id": values["id"], "stopped_at": stopped_at})
    ChargeRepository(work).note(lot)
    await finish(book, [("charged", lot)])
    return book.lots[lot.id]


async def record_caused(work: UnitOfWork, client_id: UUID, values: dict[str, Any]) -> Lot:
    """The same for another service, once for its cause: one that comes again finds what it made.

    Raises CauseReused too.
    """
    if known := await ChargeRepository(work).of_cause(values["cause"]):
        return await _same_cause(work, known[0], client_id, values)
    kind_id = values["credit_type_id"]
    kind = (await credit_types.counted(work, {"credit_type_id": kind_id}))[kind_id]
    day = await today(work)
    rules.check_days(values["starts_on"] or day, values["expires_on"], day)
    made = await charge(work, client_id, Charge(
        credit_type_id=kind_id, amount=amount_of(values["amount"], kind.decimals, "amount"),
        cause=values["cause"], starts_on=values["starts_on"], expires_on=values["expires_on"],
        description=values["description"], source="service",
    ))  # fmt: skip
    # Somebody else may have made it while the account was waited for.
    return await _same_cause(work, made, client_id, values)


async def _same_cause(work: UnitOfWork, made: Lot, client_id: UUID, values: dict[str, Any]) -> Lot:
    """What a cause has charged; raises CauseReused unless it is what is asked for now."""
    kind = (await credit_types.kinds(work, {made.credit_type_id}))[made.credit_type_id]
    amount = amount_of(values["amount"], kind.decimals, "amount")
    owner_id = made.client_id
    if owner_id != client_id:
        owner_id = await books.survivor(work, owner_id)
    asked = client_id, values["credit_type_id"], amount
    if (owner_id, made.credit_type_id, made.amount) != asked:
        raise failures.CauseReused(field="cause")
    return made


def _same(work: UnitOfWork, known: Lot, client_id: UUID, made: Mapping[str, Any]) -> Lot:
    """The one made before by the same id."""
    wanted = {**made, "client_id": client_id}
    if any(getattr(known, name) != value for name, value in wanted.items()):
        raise IdTaken(field="id")
    work.status = 200
    return known


async def stop(work: UnitOfWork, charge_id: UUID) -> Lot:
    """Let nothing of a charge be used until it is resumed. Raises ChargeStopped."""
    book, lot = await _opened(work, charge_id)
    if lot.stopped_at is not None:
        raise failures.ChargeStopped()
    # It may have begun today beside what is owed.
    await tidy(book)
    return await _changed(book, "stopped", book.change_lot(charge_id, stopped_at=work.now))


async def resume(work: UnitOfWork, charge_id: UUID) -> Lot:
    """Let a stopped charge be used again. Raises ChargeNotStopped."""
    book, lot = await _opened(work, charge_id)
    if lot.stopped_at is None:
        raise failures.ChargeNotStopped()
    return await _changed(book, "resumed", book.change_lot(charge_id, stopped_at=None))


async def extend(work: UnitOfWork, charge_id: UUID, expires_on: date | None) -> Lot:
    """Let a charge be used until another day; what was lost at its end is there again. On a day of
    rest that is added it does not end, but on the first one after it.

    Raises ExpiresTooSoon and ChargeTakenBack.
    """
    book, lot = await _opened(work, charge_id)
    if lot.taken_back_at is not None:
        raise failures.ChargeTakenBack()
    rules.check_days(lot.starts_on, expires_on, book.today)
    days = None if expires_on is None else number_of(lot.starts_on, expires_on, lot.rests)
    until = None if days is None else last_day(lot.starts_on, days, lot.rests)
    lost = await ChargeRepository(work).lost(charge_id)
    book.post(f"charge:{charge_id}:restored:{lot.version}", [
        (lot.account_id, Move(charge_id, Place.EXPIRED, Place.AVAILABLE, lost))])  # fmt: skip
    changed = book.change_lot(charge_id, expires_on=until, days=days, is_expiring_told=False)
    return await _changed(book, "extended", changed)


async def refund(work: UnitOfWork, charge_id: UUID, amount: str | None) -> Lot:
    """Take back what is unused of a charge, or some of it. Raises NothingLeft."""
    book, lot = await _opened(work, charge_id)
    await tidy(book)
    lot, kind = book.lots[charge_id], book.kinds[lot.credit_type_id]
    taken = lot.remaining if amount is None else amount_of(amount, kind.decimals, "amount")
    if not taken or taken > lot.remaining:
        raise failures.NothingLeft(available=written(lot.remaining, kind.decimals), field="amount")
    book.post(f"charge:{charge_id}:refunded:{lot.version}", [
        (lot.account_id, Move(charge_id, Place.AVAILABLE, Place.REFUNDED, taken))])  # fmt: skip
    return await _changed(book, "refunded", lot, taken)


async def take_back(work: UnitOfWork, cause: str) -> list[tuple[Lot, int]]:
    """What is unused of all that a cause has charged, and how much that was of each, with whoever
    it was given to since; what is held of it is taken when it comes back. Nothing of what was taken
    back before.
    """
    charges = ChargeRepository(work)
    charged = await charges.of_cause(cause)
    if all(one.taken_back_at for one in charged):
        return [(one, 0) for one in charged]
    kinds = await credit_types.kinds(work, {one.credit_type_id for one in charged})
    book = await open_with_given(work, charged, list(kinds.values()))
    taken = {one.id: 0 for one in charged}
    for one in list(book.lots.values()):
        first = one.origin_lot_id or one.id
        if first in taken and one.taken_back_at is None:
            taken[first] += one.remaining
            book.change_lot(one.id, taken_back_at=work.now)
            if not one.remaining:
                book.ended[one.id] = "refunded", 0
    await tidy(book)
    await book.write()
    return [(book.lots[one.id], taken[one.id]) for one in charged]


async def open_with_given(
    work: UnitOfWork, charged: Sequence[Lot], kinds: Collection[CreditKind],
    account_ids: Collection[UUID] = (),
) -> Book:  # fmt: skip
    """Charges, and what was given of them to other clients, locked; these accounts too."""
    charges, ids = ChargeRepository(work), {one.id for one in charged}
    while True:
        lots = [*charged, *await charges.given_of(ids)]
        accounts = {one.account_id for one in lots}.union(account_ids)
        book = await Book.open_each(work, accounts, kinds, {one.id for one in lots})
        # Some of it may have been given on before it was locked.
        if {one.id for one in await charges.given_of(ids)} <= book.lots.keys():
            return book


async def _opened(work: UnitOfWork, charge_id: UUID) -> tuple[Book, Lot]:
    """A charge that the caller may change, its account locked; raises Stale."""
    found = await ChargeRepository(work).get_to_change(charge_id)
    kinds = await credit_types.kinds(work, {found.credit_type_id})
    book = await Book.open_each(work, [found.account_id], list(kinds.values()), [charge_id])
    lot = book.lots[charge_id]
    work.check_version(lot.id, lot.version)
    return book, lot


async def _changed(book: Book, verb: events.Verb, lot: Lot, amount: int | None = None) -> Lot:
    await tidy(book)
    await book.write()
    now = book.lots[lot.id]
    ChargeRepository(book.work).note_change(lot, now)
    book.tell(verb, now, now.amount if amount is None else amount)
    return now
