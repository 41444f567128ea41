"""Credit is used, and put back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository import books, locking
from memberships.credit.repository.holds import HoldRepository
from memberships.credit.repository.usages import UsageRepository
from memberships.credit.rules import failures
from memberships.credit.rules import holds as rules
from memberships.credit.rules.ledger import Move, Place
from memberships.credit.rules.lots import Part
from memberships.credit.tables.ledger import Lot, PartRow
from memberships.credit.tables.moves import Usage
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.settling import tidy
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import CreditKind, amount_of
from refs import about


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """What is to be used, as it is written: of what, when (now), why; once for its cause.

    `client_id` is who answers for the client, as `refs.about` says.
    """

    client_id: UUID
    credit_type_id: UUID
    amount: str
    occurred_at: datetime | None = None
    note: str | None = None
    source: str = "manual"
    cause: str | None = None
    id: UUID | None = None


async def use(work: UnitOfWork, wanted: Use) -> Usage:
    """Use credit of a client: the nearest expiry first; then what is shared with them.

    Raises UnknownCreditType, NotAnAmount, InsufficientCredit, and CauseReused where a cause
    has used something else.
    """
    kind = await kind_of(work, wanted)
    amount = amount_of(wanted.amount, kind.decimals, "amount")
    book = await open_for(work, wanted.client_id, kind)
    if (known := await _known(work, wanted, amount)) is not None:
        return known
    account, parts = await taken(book, kind, amount)
    usage_id = wanted.id or new_id()
    moved = moves(parts, account, Place.USED)
    book.post(f"usage:{usage_id}", moved)
    book.add_parts(usage_id, parts, account, Place.USED)
    usages = UsageRepository(work)
    asked, usage = usages.added(
        id=usage_id, client_id=wanted.client_id, credit_type_id=kind.id, amount=amount,
        occurred_at=wanted.occurred_at or work.now, note=wanted.note, source=wanted.source,
        cause=wanted.cause, created_by=work.caller.principal,
    )  # fmt: skip
    await book.write(asked)
    if all(book.accounts[one.lot.account_id].is_own for one in parts if one.lot):
        usages.note(usage, kind, parts)
    tell(book, "used", parts, usage_change(usage, kind, book))
    return usage


async def look_ahead(work: UnitOfWork, client_id: UUID, credit_type_id: UUID) -> None:
    """Read, and lock, in one message what is asked first where a client's credit is used, or
    held.
    """
    await work.read_ahead(
        await about.asked(work, client_id), await credit_types.asked(work, credit_type_id),
        locking.asked_to_lock_own(work, client_id, credit_type_id),
    )  # fmt: skip


async def kind_of(work: UnitOfWork, wanted: Use) -> CreditKind:
    """The type of what is to be used, whose decimals stay from now on; raises UnknownCreditType."""
    one = wanted.credit_type_id
    return (await credit_types.counted(work, {"credit_type_id": one}, known={one}))[one]


async def open_for(work: UnitOfWork, client_id: UUID, kind: CreditKind) -> Book:
    """What a client can use of a type, locked; with an account to owe on where that is allowed."""
    if (book := await Book.open_own(work, client_id, kind)) is not None:
        return book
    is_shared = await locking.is_shared(work, client_id, kind.id)
    return await Book.open(
        work, [client_id], [kind], with_shared=is_shared, makes=kind.allow_negative
    )


async def taken(book: Book, kind: CreditKind, amount: int) -> tuple[UUID, list[Part[Lot]]]:
    """What pays an amount, and the account that owes what nothing pays; raises
    InsufficientCredit.
    """
    await tidy(book)
    parts = book.paying(book.accounts.values(), amount)
    book.check_enough(kind, amount, parts)
    if any(one.lot is None for one in parts):
        return book.own_account(kind.id).id, parts
    return next(one.lot.account_id for one in parts if one.lot), parts


def moves(parts: Sequence[Part[Lot]], account_id: UUID, into: Place) -> list[tuple[UUID, Move]]:
    """Out of what is available, or owed on an account."""
    return [
        (one.lot.account_id, Move(one.lot.id, Place.AVAILABLE, into, one.amount)) if one.lot
        else (account_id, Move(None, Place.OVERDRAWN, into, one.amount))
        for one in parts
    ]  # fmt: skip


async def reverse(work: UnitOfWork, usage_id: UUID) -> Usage:
    """Put a use back to the lots that paid it; what ended meanwhile is lost with them.

    Raises UsageReversed, and KeptForRedemption where points are a discount of an invoice.
    """
    usage = await UsageRepository(work).get_for_update(usage_id)
    held = await HoldRepository(work).find(usage.hold_id) if usage.hold_id else None
    if held is not None:
        rules.check_free(held.cause)
    return await put_back(work, usage)


async def put_back(work: UnitOfWork, usage: Usage) -> Usage:
    """The same of a locked use whose client the caller was found to be able to change."""
    if usage.reversed_at is not None:
        raise failures.UsageReversed()
    book, rows = await reopened(work, usage.credit_type_id, usage.id, Place.USED)
    parts = give_back(book, rows, Place.USED, f"usage:{usage.id}:reversed")
    await tidy(book)
    await book.write()
    changed = await UsageRepository(work).update(usage, reversed_at=work.now)
    told = usage_change(changed, book.kinds[usage.credit_type_id], book)
    owner_id = await books.survivor(work, usage.client_id)
    tell(book, "reversed", parts, replace(told, client_id=owner_id))
    return changed


async def reopened(
    work: UnitOfWork, credit_type_id: UUID, owner_id: UUID, at: Place
) -> tuple[Book, list[PartRow]]:
    """The accounts of what a use or a hold took, locked, and what it took of which lots."""
    kinds = await credit_types.kinds(work, {credit_type_id})
    found = await books.parts(work, owner_id, at)
    book = await Book.open_each(work, {one.account_id for one in found}, list(kinds.values()))
    # A charge may have settled what was owed meanwhile: as it is now that nobody changes it.
    rows = await books.parts(work, owner_id, at)
    await book.load({one.lot_id for one in rows if one.lot_id})
    return book, rows


def give_back(book: Book, rows: Sequence[PartRow], out_of: Place, cause: str) -> list[Part[Lot]]:
    """What was taken is available again, or owed no more."""
    book.post(cause, [
        (one.account_id, Move(one.lot_id, out_of, back_to(one), one.amount)) for one in rows
    ])  # fmt: skip
    for one in rows:
        book.change_part(one, account=None)
    return book.parts_of(rows)


def back_to(part: PartRow) -> Place:
    """Where what was taken came from."""
    return Place.AVAILABLE if part.lot_id else Place.OVERDRAWN


def usage_change(usage: Usage, kind: CreditKind, book: Book) -> events.Change:
    """What is told of a use."""
    return events.Change(
        kind=kind, subject_id=usage.id, version=usage.version, client_id=usage.client_id,
        amount=usage.amount, lots=[], today=book.today, balance=0, source=usage.source,
        usage_id=usage.id, hold_id=usage.hold_id,
    )  # fmt: skip


def tell(book: Book, verb: events.Verb, parts: Sequence[Part[Lot]], change: events.Change) -> None:
    """Tell each client whose credit moved of what is theirs: not all who see one see the other."""
    by_owner: dict[UUID, list[Part[Lot]]] = {}
    owners = {one.id: one.owner_id for one in book.accounts.values()}
    for one in parts:
        owner_id = owners[one.lot.account_id] if one.lot else change.client_id
        by_owner.setdefault(owner_id, []).append(one)
    by_owner.setdefault(change.client_id, [])
    for owner_id, theirs in by_owner.items():
        is_own = owner_id == change.client_id
        kept = {one.lot.id: book.lots[one.lot.id] for one in theirs if one.lot}
        book.work.publish(events.credit_changed(verb, replace(
            change, client_id=owner_id, lots=list(kept.values()),
            amount=change.amount if is_own else sum(one.amount for one in theirs),
            balance=book.usable(owner_id, change.kind.id),
            is_shared=not is_own,
        )))  # fmt: skip


async def _known(work: UnitOfWork, wanted: Use, amount: int) -> Usage | None:
    """The use made before by the same cause, or the same id."""
    usages = UsageRepository(work)
    if wanted.cause is not None and (known := await usages.caused(wanted.cause)) is not None:
        owner_id = await books.survivor(work, known.client_id)
        asked_for = (wanted.client_id, wanted.credit_type_id, amount)
        if (owner_id, known.credit_type_id, known.amount) != asked_for:
            raise failures.CauseReused(field="cause")
        return known
    if wanted.id is None or (known := await usages.find(wanted.id)) is None:
        return None
    asked = (wanted.client_id, wanted.credit_type_id, amount, wanted.note, wanted.source)
    if (known.client_id, known.credit_type_id, known.amount, known.note, known.source) != asked:
        raise IdTaken(field="id")
    work.status = 200
    return known
