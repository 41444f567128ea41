"""Accounts of credit while they are locked: what is posted to them, and written at once."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Self
from uuid import UUID

import asyncpg

from chassis.ids import new_id
from chassis.repository import IdTaken
from chassis.together import Asked
from chassis.work import UnitOfWork
from memberships.credit import events
from memberships.credit.repository import books as repository
from memberships.credit.repository import locking
from memberships.credit.repository.locking import Locked
from memberships.credit.rules import lots as rules
from memberships.credit.rules.failures import CauseReused, InsufficientCredit
from memberships.credit.rules.ledger import Entry, Move, Place, Written, chained, changes, entries
from memberships.credit.rules.lots import Part
from memberships.credit.tables.ledger import (
    Lot,
    PartRow,
    credit_accounts,
    credit_entries,
    credit_lots,
    credit_parts,
)
from memberships.credit.use_cases import rows
from memberships.credit_types.rules import CreditKind, written
from refs.home import today

_FIGURES = ("available", "held", "overdrawn", "is_low", "entry_count", "head")
_PART = ("owner_kind", "owner_id", "account_id", "lot_id", "amount", "account")


@dataclass(slots=True)
class Book:
    """What was locked, as it stands after all that was posted; `write` keeps it."""

    work: UnitOfWork
    today: date
    kinds: Mapping[UUID, CreditKind]
    accounts: dict[UUID, Locked]
    lots: dict[UUID, Lot]
    _new: set[UUID] = field(default_factory=set)
    _changed: set[UUID] = field(default_factory=set)
    _entries: list[dict[str, Any]] = field(default_factory=list)
    _parts: dict[UUID, PartRow] = field(default_factory=dict)
    _new_parts: list[dict[str, Any]] = field(default_factory=list)
    # Whether little is left of whom, where that is another now.
    _low: dict[UUID, bool] = field(default_factory=dict)
    # What became of lots that were over, and of how much of each.
    ended: dict[UUID, tuple[events.Verb, int]] = field(default_factory=dict)

    @classmethod
    async def open(
        cls, work: UnitOfWork, client_ids: Sequence[UUID], kinds: Collection[CreditKind], *,
        makes: bool = False, with_shared: bool = False,
    ) -> Self:  # fmt: skip
        """Lock what clients have of some types; `makes` accounts where there are none."""
        types = sorted(one.id for one in kinds)
        if makes:
            await repository.ensure(work, client_ids[-1], types)
        found = await locking.lock(work, client_ids, types, with_shared=with_shared)
        return await cls._of(work, kinds, *found)

    @classmethod
    async def open_own(cls, work: UnitOfWork, client_id: UUID, kind: CreditKind) -> Self | None:
        """Lock what a client has of a type; None where they have no account, or another client
        shares with them: then in one order with that."""
        found = await locking.lock_own(work, client_id, kind.id)
        return await cls._of(work, [kind], *found) if found[0] else None

    @classmethod
    async def open_each(
        cls, work: UnitOfWork, account_ids: Collection[UUID], kinds: Collection[CreditKind],
        lot_ids: Collection[UUID] = (),
    ) -> Self:  # fmt: skip
        """Lock some accounts, with all that the same clients have of their types; and have these
        lots of theirs whatever is left of them.
        """
        book = await cls._of(work, kinds, *await locking.lock_each(work, account_ids))
        await book.load(lot_ids)
        return book

    @classmethod
    async def _of(
        cls, work: UnitOfWork, kinds: Collection[CreditKind], accounts: Sequence[Locked],
        lots: Sequence[Lot],
    ) -> Self:  # fmt: skip
        return cls(
            work, await today(work), {one.id: one for one in kinds},
            {one.id: one for one in accounts}, {one.id: one for one in lots},
        )  # fmt: skip

    async def load(self, lot_ids: Collection[UUID]) -> None:
        """Have these lots of locked accounts too."""
        if missing := set(lot_ids) - self.lots.keys():
            self.lots |= {one.id: one for one in await locking.lots(self.work, (), missing)}

    def account_of(self, owner_id: UUID, credit_type_id: UUID) -> Locked:
        """The account of who answers for a client, rather than of one merged into them."""
        found = (
            one for one in self.accounts.values()
            if one.owner_id == owner_id and one.credit_type_id == credit_type_id
        )  # fmt: skip
        return min(found, key=lambda one: (one.client_id != owner_id, one.id))

    def own_account(self, credit_type_id: UUID) -> Locked:
        """The same of the one client who was asked for."""
        owner_id = next(one.owner_id for one in self.accounts.values() if one.is_own)
        return self.account_of(owner_id, credit_type_id)

    def paying(self, accounts: Iterable[Locked], amount: int) -> list[Part[Lot]]:
        """What pays an amount today: lots of one's own first, then those that are shared."""
        own, shared = set[UUID](), set[UUID]()
        for one in accounts:
            (own if one.is_own else shared).add(one.id)
        ordered = [
            lot for ids in (own, shared)
            for lot in rules.in_order(
                (one for one in self.lots.values() if one.account_id in ids), self.today)
        ]  # fmt: skip
        return rules.spread(amount, ordered)

    def check_enough(
        self, kind: CreditKind, amount: int, parts: Sequence[Part[Lot]], *, may_owe: bool = True
    ) -> None:
        """Raises InsufficientCredit where something is of no lot and the type forbids that."""
        missing = sum(one.amount for one in parts if one.lot is None)
        if missing and not (may_owe and kind.allow_negative):
            available = written(amount - missing, kind.decimals)
            raise InsufficientCredit(field="amount", available=available, extra={
                "available": available, "asked": written(amount, kind.decimals)})  # fmt: skip

    def add_lot(self, account: Locked, amount: int, **values: Any) -> Lot:
        """A lot that is about to be issued."""
        made = rows.lot(self.work, account, amount, values)
        self.lots[made.id] = made
        self._new.add(made.id)
        return made

    def add_parts(
        self, owner_id: UUID, parts: Sequence[Part[Lot]], account_id: UUID, at: Place
    ) -> None:
        """What a use or a hold takes of which lots, and owes on an account."""
        self._new_parts += rows.parts(self.work, owner_id, parts, (account_id, at))

    def parts_of(self, rows: Iterable[PartRow]) -> list[Part[Lot]]:
        """What was taken, with the lots it is of as they are now."""
        return [Part(self.lots[one.lot_id] if one.lot_id else None, one.amount) for one in rows]

    def change_lot(self, lot_id: UUID, **states: Any) -> Lot:
        """What is to be kept of a lot besides its figures."""
        self._changed.add(lot_id)
        self.lots[lot_id] = replace(self.lots[lot_id], **states)
        return self.lots[lot_id]

    def change_part(self, part: PartRow, **states: Any) -> None:
        """What is to be kept of what was taken."""
        self._parts[part.id] = replace(self.part(part), **states)

    def part(self, read: PartRow) -> PartRow:
        """What was taken, as it stands by now."""
        return self._parts.get(read.id, read)

    def post(self, cause: str, moved: Sequence[tuple[UUID, Move]]) -> None:
        """A transaction: so much moves on these accounts; nothing if it moves nothing."""
        transaction_id, place = new_id(), 0
        for account_id in dict.fromkeys(one for one, _ in moved):
            posted = entries(move for of, move in moved if of == account_id)
            for one in posted:
                self._append(transaction_id, place, cause, account_id, one)
                place += 1
            self._follow(account_id, posted)

    def _append(
        self, transaction_id: UUID, place: int, cause: str, account_id: UUID, one: Entry
    ) -> None:
        account, work = self.accounts[account_id], self.work
        told = Written(
            transaction_id=transaction_id, cause=cause, account=one.place.value,
            lot_id=one.lot_id, amount=one.amount, number=account.entry_count + 1,
            on_date=self.today, at=work.now,
        )  # fmt: skip
        head = chained(account.head, told)
        self._entries.append({
            "tenant_id": work.tenant_id, "id": new_id(), "place": place, "hash": head,
            "account_id": account_id, "client_id": account.client_id,
            "credit_type_id": account.credit_type_id, "created_by": work.caller.principal,
            **rows.whole(told),
        })  # fmt: skip
        self.accounts[account_id] = replace(account, head=head, entry_count=told.number)

    def _follow(self, account_id: UUID, posted: Sequence[Entry]) -> None:
        account = self.accounts[account_id]
        for (place, lot_id), amount in changes(posted).items():
            if place is Place.OVERDRAWN:
                account = replace(account, overdrawn=account.overdrawn - amount)
            elif place in (Place.AVAILABLE, Place.HELD):
                name = place.value
                account = replace(account, **{name: getattr(account, name) + amount})
                if lot_id is not None:
                    lot = self.lots[lot_id]
                    name = "remaining" if place is Place.AVAILABLE else "held"
                    self.change_lot(lot_id, **{name: getattr(lot, name) + amount})
        self.accounts[account_id] = account

    def usable(self, owner_id: UUID, credit_type_id: UUID) -> int:
        """What a client can use today of their own; below zero where they owe."""
        ids = {
            one.id: one.overdrawn for one in self.accounts.values()
            if one.owner_id == owner_id and one.credit_type_id == credit_type_id
        }  # fmt: skip
        lots = (one for one in self.lots.values() if one.account_id in ids)
        return rules.usable(lots, self.today) - sum(ids.values())

    def _note_low(self) -> None:
        """Tell once that little is left, until there is more again."""
        for one in list(self.accounts.values()):
            kind = self.kinds[one.credit_type_id]
            if kind.low_balance is None or not one.entry_count:
                continue
            if self.account_of(one.owner_id, kind.id).id != one.id:
                continue  # whose accounts are several has it told of one of them
            is_low = self.usable(one.owner_id, kind.id) <= kind.low_balance
            if is_low != one.is_low:
                self.accounts[one.id] = replace(one, is_low=is_low)
                self._low[one.id] = is_low

    async def write(self, *more: Asked) -> None:
        """Keep all of it in one message, with what else is asked; and tell what ended, and who has
        little left.

        Raises IdTaken and CauseReused.
        """
        self._note_low()
        asked = [*more, *self._asked(self._raised())]
        try:
            if asked:
                await self.work.execute_together(*asked)
        except asyncpg.UniqueViolationError as error:
            if str(error.constraint_name).endswith("__cause"):
                raise CauseReused(field="cause") from error
            raise IdTaken(field="id") from error
        self._tell_all()

    def _raised(self) -> set[UUID]:
        """The accounts that changed; they, and lots and parts that did, in their next version."""
        now = self.work.now
        # Those of changed lots too: by its version whoever waited knows that they were changed.
        posted = {
            *(one["account_id"] for one in self._entries), *self._low,
            *(self.lots[one].account_id for one in self._changed),
        }  # fmt: skip
        for one in posted:
            self.accounts[one] = rows.raised(self.accounts[one], now)
        for one in self._changed - self._new:
            self.lots[one] = rows.raised(self.lots[one], now)
        for one, part in self._parts.items():
            self._parts[one] = rows.raised(part, now)
        return posted

    def _asked(self, posted: Collection[UUID]) -> list[Asked]:
        """What is to be written."""
        changed = self._changed - self._new
        return [
            *repository.adding(credit_lots, [rows.whole(self.lots[one]) for one in self._new]),
            *repository.changing(
                credit_lots, [rows.kept(self.lots[one], repository.STATES) for one in changed]),
            *repository.changing(
                credit_accounts, [rows.kept(self.accounts[one], _FIGURES) for one in posted]),
            *repository.adding(credit_entries, self._entries),
            *repository.adding(credit_parts, self._new_parts),
            *repository.changing(
                credit_parts, [rows.kept(one, _PART) for one in self._parts.values()]),
        ]  # fmt: skip

    def _tell_all(self) -> None:
        """What ended, and who has little left."""
        for lot_id, (verb, amount) in self.ended.items():
            self.tell(verb, self.lots[lot_id], amount)
        for account in (self.accounts[one] for one, is_low in self._low.items() if is_low):
            kind = self.kinds[account.credit_type_id]
            balance = self.usable(account.owner_id, kind.id)
            self.work.publish(events.credit_low(account, account.owner_id, kind, balance))

    def tell(self, verb: events.Verb, lot: Lot, amount: int) -> None:
        """Tell what became of a lot, or of so much of it."""
        now, kind = self.lots[lot.id], self.kinds[lot.credit_type_id]
        account = self.accounts[lot.account_id]
        self.work.publish(events.credit_changed(verb, events.Change(
            kind=kind, subject_id=lot.id, version=now.version, client_id=lot.client_id,
            amount=amount, lots=[now], today=self.today,
            balance=self.usable(account.owner_id, kind.id), source=lot.source,
        )))  # fmt: skip
