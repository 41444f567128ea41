"""Credit of many clients is charged at once: their accounts are locked together."""

from collections.abc import Sequence
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit.repository.books import ensure_each
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.tables.ledger import Lot
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.charging import Charge, finish, issue_to
from memberships.credit_types import use_cases as credit_types


async def charge_many(work: UnitOfWork, wanted: Sequence[tuple[UUID, Charge]]) -> list[Lot]:
    """Charge clients, who answer for themselves, each once for its cause; in their order.

    Every account is locked in the one order in which all are. Raises UnknownCreditType.
    """
    if not wanted:
        return []
    ids = {one.credit_type_id for _, one in wanted}
    kinds = await credit_types.counted(work, {str(one): one for one in ids}, known=ids)
    pairs = {(owner_id, one.credit_type_id) for owner_id, one in wanted}
    await ensure_each(work, pairs)
    book = await Book.open(work, list({owner_id for owner_id, _ in pairs}), list(kinds.values()))
    known = await ChargeRepository(work).caused({one.cause for _, one in wanted})
    charged, new = list[Lot](), list[Lot]()
    for owner_id, one in wanted:
        lot = known.get((one.cause, one.credit_type_id))
        if lot is None:
            lot = issue_to(book, book.account_of(owner_id, one.credit_type_id).id, one)
            ChargeRepository(work).note(lot)
            new.append(lot)
        charged.append(lot)
    await finish(book, [("charged", one) for one in new])
    return [book.lots.get(one.id, one) for one in charged]
