"""The ledger of credit against a simple model, step by step over HTTP."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from chassis.testing import acting
from chassis.testing.acting import play
from memberships.proof.schedules import prove
from services.memberships.tests.credit.world import (
    CHARGES,
    HOLDS,
    USAGES,
    Wallet,
    day,
    paid,
)
from services.memberships.tests.factories import Json, Person

SMALL = st.integers(min_value=1, max_value=6)
ENDS = st.one_of(st.none(), st.integers(min_value=0, max_value=3))
Parts = list[tuple[str | None, int]]


@dataclass
class Lot:
    """A charge as somebody with a pencil keeps it."""

    id: str
    ends: int | None
    left: int
    is_stopped: bool = False

    @property
    def turn(self) -> tuple[bool, int]:
        return self.ends is None, self.ends or 0


class Ledger(acting.Acting):
    """What a client is charged, uses, holds, and is owed."""

    allows_negative = False

    def __init__(self) -> None:
        super().__init__()
        self.lots: list[Lot] = []
        self.uses: dict[str, Parts] = {}
        self.holds: dict[str, Parts] = {}

    async def prove(self) -> object | None:
        return await prove(self.owner.service.context, self.owner.caller.tenant_id)

    @initialize()
    def start(self) -> None:
        self.wallet = self.run(Wallet.make(self.owner, allow_negative=self.allows_negative))

    @property
    def paying(self) -> list[Lot]:
        return sorted(
            (one for one in self.lots if one.left and not one.is_stopped), key=lambda one: one.turn
        )

    def lot(self, lot_id: str | None) -> Lot:
        return next(one for one in self.lots if one.id == lot_id)

    def take(self, amount: int) -> Parts | None:
        parts: Parts = []
        for one in self.paying:
            part = min(one.left, amount - sum(size for _, size in parts))
            parts += [(one.id, part)] if part else []
        missing = amount - sum(size for _, size in parts)
        if missing and not self.allows_negative:
            return None
        for lot_id, part in parts:
            self.lot(lot_id).left -= part
        return [*parts, (None, missing)] if missing else parts

    def settle(self) -> None:
        """Charges pay what was taken of none, oldest first."""
        for parts in (*self.uses.values(), *self.holds.values()):
            owed = sum(size for lot_id, size in parts if lot_id is None)
            for one in self.paying if owed else []:
                part = min(one.left, owed)
                one.left, owed = one.left - part, owed - part
                parts.append((one.id, part))
            paid_for = [one for one in parts if one[0] is not None]
            parts[:] = [*paid_for, (None, owed)] if owed else paid_for

    def give_back(self, parts: Parts) -> None:
        for lot_id, size in parts:
            if lot_id is not None:
                self.lot(lot_id).left += size
        parts.clear()
        self.settle()

    @rule(amount=SMALL, ends=ENDS, is_stopped=st.booleans())
    def charge(self, amount: int, ends: int | None, is_stopped: bool) -> None:
        until = None if ends is None else day(ends)
        body = self.wallet.body(str(amount), expires_on=until, stopped=is_stopped)
        _, made = self.post(CHARGES, body)
        self.lots.append(Lot(made["id"], ends, amount, is_stopped))
        self.settle()

    def asked(self, path: str, amount: int, kept: dict[str, Parts]) -> None:
        refused, made = self.post(path, self.wallet.body(str(amount)))
        if (parts := self.take(amount)) is None:
            assert refused == "insufficient_credit"
            return
        assert (refused, paid(made)) == ("", [(one, str(size)) for one, size in parts])
        kept[made["id"]] = parts

    @rule(amount=SMALL)
    def use(self, amount: int) -> None:
        self.asked(USAGES, amount, self.uses)

    @rule(amount=SMALL)
    def hold(self, amount: int) -> None:
        if not self.allows_negative:  # whose debts are settled first is told by when they were made
            self.asked(HOLDS, amount, self.holds)

    @precondition(lambda self: self.uses)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        usage_id = data.draw(st.sampled_from(sorted(self.uses)))
        refused, _ = self.post(f"{USAGES}/{usage_id}/reverse")
        assert not refused
        self.give_back(self.uses.pop(usage_id))

    @precondition(lambda self: self.holds)
    @rule(data=st.data(), consumes=st.booleans())
    def end(self, data: st.DataObject, consumes: bool) -> None:
        hold_id = data.draw(st.sampled_from(sorted(self.holds)))
        parts = self.holds.pop(hold_id)
        if consumes:
            _, made = self.post(f"{HOLDS}/{hold_id}/consume", {})
            self.uses[made["id"]] = parts
        else:
            self.post(f"{HOLDS}/{hold_id}/release")
            self.give_back(parts)

    @precondition(lambda self: self.lots)
    @rule(data=st.data())
    def stop_or_resume(self, data: st.DataObject) -> None:
        one: Lot = data.draw(st.sampled_from(self.lots))
        refused, _ = self.post(f"{CHARGES}/{one.id}/{'resume' if one.is_stopped else 'stop'}")
        assert not refused
        one.is_stopped = not one.is_stopped
        self.settle()

    @precondition(lambda self: self.lots)
    @rule(data=st.data(), ends=ENDS)
    def extend(self, data: st.DataObject, ends: int | None) -> None:
        one: Lot = data.draw(st.sampled_from(self.lots))
        until = None if ends is None else day(ends)
        refused, _ = self.post(f"{CHARGES}/{one.id}/extend", {"expires_on": until})
        assert not refused
        one.ends = ends

    @precondition(lambda self: self.lots)
    @rule(data=st.data(), amount=SMALL)
    def refund(self, data: st.DataObject, amount: int) -> None:
        one: Lot = data.draw(st.sampled_from(self.lots))
        refused, _ = self.post(f"{CHARGES}/{one.id}/refund", {"amount": str(amount)})
        assert refused == ("nothing_left" if amount > one.left else "")
        one.left -= 0 if refused else amount

    @invariant()
    def the_balance_is_what_the_model_says(self) -> None:
        if not hasattr(self, "wallet"):
            return
        found: Json = self.run(self.wallet.balance())
        owed = self._sum(self.uses, of_none=True) + self._sum(self.holds, of_none=True)
        assert int(found["balance"]) == sum(one.left for one in self.paying) - owed
        assert int(found["held"]) == self._sum(self.holds, of_none=False)
        assert {one["charge_id"]: int(one["remaining"]) for one in found["lots"]
                if one["remaining"] != "0"} == {
            one.id: one.left for one in self.lots if one.left}  # fmt: skip

    def _sum(self, kept: dict[str, Parts], *, of_none: bool) -> int:
        return sum(
            size for parts in kept.values() for lot_id, size in parts
            if (lot_id is None) == of_none
        )  # fmt: skip


class Lenient(Ledger):
    """The same of a type that allows less than nothing."""

    allows_negative = True


async def test_the_ledger_agrees_with_a_pencil(owner: Person) -> None:
    """ME-10, ME-13, ME-14, ME-16"""
    await play(Ledger, owner, games=12, steps=25)


async def test_it_does_where_less_than_nothing_is_allowed(owner: Person) -> None:
    """ME-14"""
    await play(Lenient, owner, games=8, steps=20)
