"""Credit is kept for something: then used, or let go."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from chassis.ids import new_id
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository import books
from memberships.credit.repository.holds import HoldRepository
from memberships.credit.repository.usages import UsageRepository
from memberships.credit.rules import failures
from memberships.credit.rules import holds as rules
from memberships.credit.rules.ledger import OWNERS, Move, Place
from memberships.credit.tables.moves import Hold, Usage
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.settling import tidy
from memberships.credit.use_cases.using import (
    Use,
    give_back,
    kind_of,
    moves,
    open_for,
    put_back,
    reopened,
    taken,
    tell,
    usage_change,
)
from memberships.credit_types.rules import CreditKind, amount_of


async def hold(work: UnitOfWork, wanted: Use) -> Hold:
    """Keep credit of a client for something: nobody else uses it, and it does not expire.

    Raises what `use` raises.
    """
    kind = await kind_of(work, wanted)
    amount = amount_of(wanted.amount, kind.decimals, "amount")
    book = await open_for(work, wanted.client_id, kind)
    if (known := await _known(work, wanted, amount)) is not None:
        return known
    account, parts = await taken(book, kind, amount)
    hold_id = wanted.id or new_id()
    book.post(f"hold:{hold_id}", moves(parts, account, Place.HELD))
    book.add_parts(hold_id, parts, account, Place.HELD)
    asked, made = HoldRepository(work).added(
        id=hold_id, client_id=wanted.client_id, credit_type_id=kind.id, amount=amount,
        status="held", note=wanted.note, source=wanted.source, cause=wanted.cause,
        created_by=work.caller.principal,
    )  # fmt: skip
    await book.write(asked)
    tell(book, "held", parts, _change(made, kind, book))
    return made


async def release(work: UnitOfWork, hold_id: UUID, *, is_sure: bool = True) -> Hold:
    """Let go of what was held; nothing where that was done before.

    Raises HoldEnded where it was consumed and the caller is sure that it was not, and
    KeptForRedemption where points are to be a discount of an invoice.
    """
    kept = await HoldRepository(work).get_for_update(hold_id)
    rules.check_free(kept.cause)
    return kept if kept.status == "consumed" and not is_sure else await let_go(work, kept)


async def let_go(work: UnitOfWork, kept: Hold) -> Hold:
    """The same of a locked hold, for what it was made by."""
    if kept.status == "released":
        return kept
    if kept.status != "held":
        raise failures.HoldEnded()
    holds = HoldRepository(work)
    book, rows = await reopened(work, kept.credit_type_id, kept.id, Place.HELD)
    parts = give_back(book, rows, Place.HELD, f"hold:{kept.id}:released")
    await tidy(book)
    await book.write()
    changed = await holds.update(kept, status="released")
    owner_id = await books.survivor(work, kept.client_id)
    told = _change(changed, book.kinds[kept.credit_type_id], book)
    tell(book, "released", parts, replace(told, client_id=owner_id))
    return changed


async def consume(
    work: UnitOfWork, hold_id: UUID, *, occurred_at: datetime | None = None,
    note: str | None = None,
) -> Usage:  # fmt: skip
    """Use what was held; the same use where that was done before.

    Raises HoldEnded, and KeptForRedemption where points are to be a discount of an invoice.
    """
    kept = await HoldRepository(work).get_for_update(hold_id)
    rules.check_free(kept.cause)
    return await take(work, kept, occurred_at, note)


async def take(
    work: UnitOfWork, kept: Hold, occurred_at: datetime | None = None, note: str | None = None
) -> Usage:
    """The same of a locked hold, for what it was made by."""
    usages = UsageRepository(work)
    if kept.status == "consumed":
        return await usages.of_hold(kept.id)
    if kept.status != "held":
        raise failures.HoldEnded()
    book, rows = await reopened(work, kept.credit_type_id, kept.id, Place.HELD)
    usage_id = new_id()
    book.post(f"hold:{kept.id}:consumed", [
        (one.account_id, Move(one.lot_id, Place.HELD, Place.USED, one.amount)) for one in rows
    ])  # fmt: skip
    for one in rows:
        book.change_part(
            one, owner_kind=OWNERS[Place.USED], owner_id=usage_id, account=Place.USED.value
        )
    asked, usage = usages.added(
        id=usage_id, client_id=kept.client_id, credit_type_id=kept.credit_type_id,
        amount=kept.amount, occurred_at=occurred_at or work.now, note=note or kept.note,
        source=kept.source, hold_id=kept.id, created_by=work.caller.principal,
    )  # fmt: skip
    await book.write(asked)
    await HoldRepository(work).update(kept, status="consumed")
    parts = book.parts_of(rows)
    owner_id = await books.survivor(work, kept.client_id)
    told = usage_change(usage, book.kinds[kept.credit_type_id], book)
    tell(book, "used", parts, replace(told, client_id=owner_id))
    return usage


async def undo(work: UnitOfWork, hold_id: UUID) -> None:
    """Have what was held again, be it used by now; nothing where that was done before. For what it
    was made by.
    """
    kept = await HoldRepository(work).locked(hold_id)
    if kept.status != "consumed":
        await let_go(work, kept)
        return
    used = await UsageRepository(work).of_hold(hold_id)
    if (usage := await UsageRepository(work).locked(used.id)).reversed_at is None:
        await put_back(work, usage)


def _change(kept: Hold, kind: CreditKind, book: Book) -> events.Change:
    return events.Change(
        kind=kind, subject_id=kept.id, version=kept.version, client_id=kept.client_id,
        amount=kept.amount, lots=[], today=book.today, balance=0, source=kept.source,
        hold_id=kept.id,
    )  # fmt: skip


async def _known(work: UnitOfWork, wanted: Use, amount: int) -> Hold | None:
    """The hold made before by the same cause, or the same id."""
    holds = HoldRepository(work)
    if wanted.cause is not None and (known := await holds.caused(wanted.cause)) is not None:
        owner_id = await books.survivor(work, known.client_id)
        asked_for = (wanted.client_id, wanted.credit_type_id, amount)
        if (owner_id, known.credit_type_id, known.amount) != asked_for:
            raise failures.CauseReused(field="cause")
        return known
    if wanted.id is None or (known := await holds.find(wanted.id)) is None:
        return None
    asked = (wanted.client_id, wanted.credit_type_id, amount, wanted.note, wanted.source)
    if (known.client_id, known.credit_type_id, known.amount, known.note, known.source) != asked:
        raise IdTaken(field="id")
    work.status = 200
    return known
