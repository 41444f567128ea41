"""What is over is lost, and what is owed is settled, as soon as there is something to settle it."""

from memberships.credit import events
from memberships.credit.repository import books as repository
from memberships.credit.rules import lots as rules
from memberships.credit.rules.ledger import Move, Place
from memberships.credit.rules.lots import Part
from memberships.credit.tables.ledger import Lot, PartRow
from memberships.credit.use_cases.books import Book


async def tidy(book: Book) -> None:
    """What came back to a lot that is over is lost at once; what is owed is settled.

    Before anything is paid, as a lot may have begun today beside what is owed, and after all that
    gives something back.
    """
    for lot in [one for one in book.lots.values() if one.remaining]:
        if lot.taken_back_at is not None:
            _end(book, lot, Place.REFUNDED, "taken_back")
        elif rules.has_expired(lot, book.today):
            _end(book, lot, Place.EXPIRED, "expired")
    owing = [one.id for one in book.accounts.values() if one.overdrawn]
    if owing and any(rules.is_usable(one, book.today) for one in book.lots.values()):
        for read in await repository.owed(book.work, owing):
            # What this book has just given back is owed no more.
            part = book.part(read)
            if part.account is not None and part.lot_id is None:
                _settle(book, part)


def _end(book: Book, lot: Lot, into: Place, verb: str) -> None:
    move = Move(lot.id, Place.AVAILABLE, into, lot.remaining)
    book.post(f"charge:{lot.id}:{verb}:{lot.version}", [(lot.account_id, move)])
    told: events.Verb = "expired" if into is Place.EXPIRED else "refunded"
    book.ended[lot.id] = told, book.ended.get(lot.id, (told, 0))[1] + lot.remaining


def _settle(book: Book, part: PartRow) -> None:
    """Lots of whoever owes pay what was used or held of none, and are named by it from now on."""
    account, at = book.accounts[part.account_id], Place(str(part.account))
    theirs = [
        one for one in book.accounts.values()
        if (one.owner_id, one.credit_type_id) == (account.owner_id, account.credit_type_id)
    ]  # fmt: skip
    found = [
        (one.lot, one.amount) for one in book.paying(theirs, part.amount) if one.lot is not None
    ]  # fmt: skip
    left = part.amount - sum(amount for _, amount in found)
    for lot, amount in found:
        book.post(f"settled:{part.id}:{book.accounts[account.id].entry_count}", [
            (lot.account_id, Move(lot.id, Place.AVAILABLE, at, amount)),
            (account.id, Move(None, at, Place.OVERDRAWN, amount)),
        ])  # fmt: skip
    if not found:
        return
    if left:
        book.change_part(part, amount=left)
    else:
        (lot, amount), *found = found
        book.change_part(part, account_id=lot.account_id, lot_id=lot.id, amount=amount)
    book.add_parts(part.owner_id, [Part(*one) for one in found], account.id, at)
