"""Credit goes from one client to another who is linked, and is put right by hand."""

from typing import Any
from uuid import UUID

from chassis.ids import new_id
from chassis.repository import IdTaken, RowT
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository.transfers import AdjustmentRepository, TransferRepository
from memberships.credit.rules import failures
from memberships.credit.rules import lots as rules
from memberships.credit.rules.ledger import Move, Place
from memberships.credit.rules.lots import Part
from memberships.credit.tables.ledger import Lot
from memberships.credit.tables.moves import Adjustment, Transfer
from memberships.credit.use_cases.books import Book
from memberships.credit.use_cases.charging import issue
from memberships.credit.use_cases.settling import tidy
from memberships.credit.use_cases.using import moves
from memberships.credit_types import use_cases as credit_types
from memberships.credit_types.rules import CreditKind, amount_of, whole_of


async def transfer(
    work: UnitOfWork, from_id: UUID, to_id: UUID, values: dict[str, Any]
) -> Transfer:
    """Give a linked client some of what a client can use today, until the same days.

    Raises TransferToItself, UnknownCreditType, NotAnAmount and InsufficientCredit.
    """
    if from_id == to_id:
        raise failures.TransferToItself(field="to_client_id")
    kind = await _kind(work, values["credit_type_id"])
    amount = amount_of(values["amount"], kind.decimals, "amount")
    book = await Book.open(work, [from_id, to_id], [kind], makes=True)
    made = {
        "client_id": from_id, "to_client_id": to_id, "credit_type_id": kind.id, "amount": amount,
        "note": values["note"],
    }  # fmt: skip
    transfers = TransferRepository(work)
    if values["id"] and (known := await transfers.find(values["id"])) is not None:
        return _same(work, known, made)
    await tidy(book)
    giving = [one for one in book.accounts.values() if one.owner_id == from_id]
    parts = book.paying(giving, amount)
    book.check_enough(kind, amount, parts, may_owe=False)
    transfer_id = values["id"] or new_id()
    gone, come = _carry(book, parts, book.account_of(to_id, kind.id).id, transfer_id)
    asked, row = transfers.added(id=transfer_id, **made, created_by=work.caller.principal)
    # What was given pays first of all what the other one owes.
    await tidy(book)
    await book.write(asked)
    _tell(book, "transferred", row, (from_id, -amount, gone), (to_id, amount, come))
    return row


def _carry(
    book: Book, parts: list[Part[Lot]], account_id: UUID, transfer_id: UUID
) -> tuple[list[Lot], list[Lot]]:
    """What pays is the other client's: each part as a lot of its own, until the same day. What was
    written about it was about the one who gives.
    """
    gone = [one.lot for one in parts if one.lot]
    come, moved = [], list[tuple[UUID, Move]]()
    for lot, amount in ((one.lot, one.amount) for one in parts if one.lot):
        made = book.add_lot(
            book.accounts[account_id], amount, starts_on=lot.starts_on, expires_on=lot.expires_on,
            description=None, source="transfer", cause=None, package_id=lot.package_id,
            origin_lot_id=lot.origin_lot_id or lot.id,
        )  # fmt: skip
        come.append(made)
        moved.append((lot.account_id, Move(lot.id, Place.AVAILABLE, Place.TRANSFERRED, amount)))
        moved.append((account_id, Move(made.id, Place.TRANSFERRED, Place.AVAILABLE, amount)))
    book.post(f"transfer:{transfer_id}", moved)
    return gone, come


async def adjust(work: UnitOfWork, client_id: UUID, values: dict[str, Any]) -> Adjustment:
    """Put right what a client has: more, as a charge of its own, or less of what can be used.

    Raises UnknownCreditType, NotAnAmount, ExpiresTooSoon and InsufficientCredit.
    """
    kind = await _kind(work, values["credit_type_id"])
    if not (amount := whole_of(values["amount"], kind.decimals, "amount")):
        amount_of(values["amount"], kind.decimals, "amount")
    book = await Book.open(work, [client_id], [kind], makes=True)
    made = {
        "client_id": client_id, "credit_type_id": kind.id, "amount": amount,
        "reason": values["reason"],
    }  # fmt: skip
    adjustments = AdjustmentRepository(work)
    if values["id"] and (known := await adjustments.find(values["id"])) is not None:
        return _same(work, known, made)
    await tidy(book)
    adjustment_id = values["id"] or new_id()
    touched = _adjusted(book, kind, adjustment_id, amount, values)
    asked, row = adjustments.added(id=adjustment_id, **made, created_by=work.caller.principal)
    await tidy(book)
    await book.write(asked)
    _tell(book, "adjusted", row, (client_id, amount, touched))
    return row


def _adjusted(
    book: Book, kind: CreditKind, adjustment_id: UUID, amount: int, values: dict[str, Any]
) -> list[Lot]:
    account = book.own_account(kind.id)
    if amount > 0:
        rules.check_days(book.today, values["expires_on"], book.today)
        values = {
            "starts_on": book.today, "expires_on": values["expires_on"], "description": None,
            "source": "adjustment", "cause": None, "package_id": None,
        }  # fmt: skip
        return [issue(book, account.id, amount, values, adjustment_id)]
    parts = book.paying(book.accounts.values(), -amount)
    book.check_enough(kind, -amount, parts)
    book.post(f"adjustment:{adjustment_id}", moves(parts, account.id, Place.ADJUSTED))
    book.add_parts(adjustment_id, parts, account.id, Place.ADJUSTED)
    return [one.lot for one in parts if one.lot]


async def _kind(work: UnitOfWork, credit_type_id: UUID) -> CreditKind:
    named = {"credit_type_id": credit_type_id}
    return (await credit_types.counted(work, named, known={credit_type_id}))[credit_type_id]


def _same(work: UnitOfWork, known: RowT, made: dict[str, Any]) -> RowT:
    if any(getattr(known, name) != value for name, value in made.items()):
        raise IdTaken(field="id")
    work.status = 200
    return known


def _tell(
    book: Book, verb: events.Verb, row: Transfer | Adjustment,
    *sides: tuple[UUID, int, list[Lot]],
) -> None:  # fmt: skip
    kind = book.kinds[row.credit_type_id]
    for client_id, amount, lots in sides:
        is_transfer = isinstance(row, Transfer)
        book.work.publish(events.credit_changed(verb, events.Change(
            kind=kind, subject_id=row.id, version=row.version, client_id=client_id,
            amount=amount, lots=[book.lots[one.id] for one in lots], today=book.today,
            balance=book.usable(client_id, kind.id), source="manual",
            transfer_id=row.id if is_transfer else None,
            adjustment_id=None if is_transfer else row.id,
        )))  # fmt: skip
