"""The ledger of credit against a simple model, step by step over HTTP."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from chassis.testing import acting
from chassis.testing.acting import play
from memberships.credit.schedules import expire_credit
from memberships.proof.schedules import prove
from services.memberships.tests.credit.pencil import Lot, Page, Taken
from services.memberships.tests.credit.world import (
    ADJUSTMENTS,
    CHARGES,
    HOLDS,
    TRANSFERS,
    USAGES,
    Clock,
    Wallet,
    paid,
    transfer,
)
from services.memberships.tests.factories import Json, Person

SMALL = st.integers(min_value=1, max_value=6)
BEGINS = st.sampled_from((0, 0, 0, 1, 2))
ENDS = st.one_of(st.none(), st.integers(min_value=0, max_value=3))
WHO = st.sampled_from((0, 1))
PATHS = {"use": USAGES, "hold": HOLDS, "adjust": ADJUSTMENTS}


class Ledger(acting.Acting):
    """What two clients are charged, use, hold, give each other, and owe, day after day."""

    allows_negative = False
    clock: Clock

    def __init__(self) -> None:
        super().__init__()
        self.pages = [Page(), Page()]
        self.today = 0

    async def prove(self) -> object | None:
        return await prove(self.owner.service.context, self.owner.caller.tenant_id)

    @initialize()
    def start(self) -> None:
        self.first = self.clock.moment = datetime.now(UTC).replace(hour=9)
        one = self.run(Wallet.make(self.owner, allow_negative=self.allows_negative))
        self.wallets = [one, self.run(one.other())]

    def day(self, number: int | None) -> str | None:
        """In Riyadh too it is noon of the same day."""
        return None if number is None else (self.first + timedelta(number)).date().isoformat()

    def new_lots(self, who: int, source: str) -> list[Json]:
        """What a client has been charged that the model does not know, oldest first."""
        page, client_id = self.pages[who], self.wallets[who].client_id
        known = {one.id for one in page.lots}
        found = self.listed(CHARGES, client_id=client_id, source=source)
        return sorted(
            (one for one in found if one["id"] not in known), key=lambda one: str(one["id"])
        )

    @rule(who=WHO, amount=SMALL, begins=BEGINS, lasts=ENDS, is_stopped=st.booleans())
    def charge(
        self, who: int, amount: int, begins: int, lasts: int | None, is_stopped: bool
    ) -> None:
        starts = self.today + begins
        ends = None if lasts is None else starts + lasts
        refused, made = self.post(CHARGES, self.wallets[who].body(
            str(amount), starts_on=self.day(starts), expires_on=self.day(ends), stopped=is_stopped,
        ))  # fmt: skip
        assert not refused
        self.pages[who].lots.append(Lot(made["id"], starts, ends, amount, is_stopped))
        self.pages[who].settle(self.today)

    def asked(self, who: int, kind: str, amount: int) -> None:
        """Take an amount in some way, or be refused."""
        before, page = deepcopy(self.pages), self.pages[who]
        page.settle(self.today)
        parts = page.spread(amount, self.today)
        asked, more = str(amount), {}
        if kind == "adjust":
            asked, more = f"-{amount}", {"reason": "x"}
        refused, made = self.post(PATHS[kind], self.wallets[who].body(asked, **more))
        if parts and parts[-1][0] is None and not self.allows_negative:
            assert refused == "insufficient_credit"
            self.pages = before
            return
        assert (refused, paid(made)) == ("", [(one, str(size)) for one, size in parts])
        page.take(kind, made["id"], parts)

    @rule(who=WHO, kind=st.sampled_from(sorted(PATHS)), amount=SMALL)
    def take(self, who: int, kind: str, amount: int) -> None:
        self.asked(who, kind, amount)

    @rule(who=WHO, amount=SMALL, lasts=ENDS)
    def adjust_upwards(self, who: int, amount: int, lasts: int | None) -> None:
        ends = None if lasts is None else self.today + lasts
        body = self.wallets[who].body(str(amount), reason="x", expires_on=self.day(ends))
        refused, _ = self.post(ADJUSTMENTS, body)
        assert not refused
        [made] = self.new_lots(who, "adjustment")
        self.pages[who].settle(self.today)
        self.pages[who].lots.append(Lot(made["id"], self.today, ends, amount))
        self.pages[who].settle(self.today)

    @rule(who=WHO, amount=SMALL)
    def give(self, who: int, amount: int) -> None:
        """To the other one, until the same days; nobody owes what they give."""
        before = deepcopy(self.pages)
        giver, taker = self.pages[who], self.pages[1 - who]
        for page in self.pages:
            page.settle(self.today)
        parts = giver.spread(amount, self.today)
        wallets = self.wallets[who], self.wallets[1 - who]
        refused, _ = self.post(TRANSFERS, transfer(*wallets, str(amount)))
        if parts[-1][0] is None:
            assert refused == "insufficient_credit"
            self.pages = before
            return
        assert not refused
        for (lot_id, size), made in zip(parts, self.new_lots(1 - who, "transfer"), strict=True):
            lot = giver.lot(lot_id)
            lot.left -= size
            taker.lots.append(Lot(made["id"], lot.starts, lot.ends, size))
        taker.settle(self.today)

    def drawn(self, data: st.DataObject, who: int, kind: str) -> Taken | None:
        found = [one for one in self.pages[who].taken if one.kind == kind]
        return data.draw(st.sampled_from(found)) if found else None

    @rule(data=st.data(), who=WHO)
    def reverse(self, data: st.DataObject, who: int) -> None:
        if (one := self.drawn(data, who, "use")) is not None:
            refused, _ = self.post(f"{USAGES}/{one.id}/reverse")
            assert not refused
            self.pages[who].give_back(one, self.today)

    @rule(data=st.data(), who=WHO, consumes=st.booleans())
    def end(self, data: st.DataObject, who: int, consumes: bool) -> None:
        if (one := self.drawn(data, who, "hold")) is None:
            return
        if consumes:
            _, made = self.post(f"{HOLDS}/{one.id}/consume", {})
            one.kind, one.id = "use", made["id"]
        else:
            self.post(f"{HOLDS}/{one.id}/release")
            self.pages[who].give_back(one, self.today)

    def change(self, data: st.DataObject, who: int, doing: Callable[[Page, Lot], str]) -> None:
        """Do something to a charge, unless it is refused: then all is as it was."""
        if ids := [one.id for one in self.pages[who].lots]:
            before, page = deepcopy(self.pages), self.pages[who]
            refused = doing(page, page.lot(data.draw(st.sampled_from(ids))))
            page.settle(self.today)
            self.pages = before if refused else self.pages

    @rule(data=st.data(), who=WHO)
    def stop_or_resume(self, data: st.DataObject, who: int) -> None:
        def doing(page: Page, one: Lot) -> str:
            refused, _made = self.post(
                f"{CHARGES}/{one.id}/{'resume' if one.is_stopped else 'stop'}"
            )
            assert not refused
            if not one.is_stopped:
                page.settle(self.today)
            one.is_stopped = not one.is_stopped
            return refused

        self.change(data, who, doing)

    @rule(data=st.data(), who=WHO, lasts=ENDS)
    def extend(self, data: st.DataObject, who: int, lasts: int | None) -> None:
        """What was lost as it ended is there again."""

        def doing(page: Page, one: Lot) -> str:
            ends = None if lasts is None else max(one.starts, self.today) + lasts
            refused, _made = self.post(f"{CHARGES}/{one.id}/extend", {"expires_on": self.day(ends)})
            assert not refused
            one.ends = ends
            return refused

        self.change(data, who, doing)

    @rule(data=st.data(), who=WHO, amount=SMALL)
    def refund(self, data: st.DataObject, who: int, amount: int) -> None:
        def doing(page: Page, one: Lot) -> str:
            refused, _made = self.post(f"{CHARGES}/{one.id}/refund", {"amount": str(amount)})
            page.settle(self.today)
            left = 0 if one.is_over(self.today) else one.left
            assert refused == ("nothing_left" if amount > left else "")
            one.left -= 0 if refused else amount
            return refused

        self.change(data, who, doing)

    @rule(days=st.integers(min_value=1, max_value=2), is_seen=st.booleans())
    def pass_by(self, days: int, is_seen: bool) -> None:
        """Days, at whose end the clock of what expires runs, or has not yet."""
        self.today += days
        self.clock.moment += timedelta(days)
        if is_seen:
            service = self.owner.service
            self.run(expire_credit(service.context, self.owner.caller.tenant_id, {}))
            for page in self.pages:
                page.look(self.today)

    @precondition(lambda self: hasattr(self, "wallets"))
    @invariant()
    def the_balance_is_what_the_model_says(self) -> None:
        for page, wallet in zip(self.pages, self.wallets, strict=True):
            found: Json = self.run(wallet.balance())
            assert int(found["balance"]) == page.usable(self.today)
            assert int(found["held"]) == page.held()
            if page.owed():
                continue  # which is settled by whoever comes next
            left = {one["charge_id"]: int(one["remaining"]) for one in found["lots"]
                    if one["remaining"] != "0" and one["status"] != "expired"}  # fmt: skip
            assert left == {
                one.id: one.left for one in page.lots if one.left and not one.is_over(self.today)
            }


class Lenient(Ledger):
    """The same of a type that allows less than nothing."""

    allows_negative = True


@pytest.mark.parametrize("games", [6, pytest.param(24, marks=pytest.mark.long)])
@pytest.mark.usefixtures("linked")
async def test_the_ledger_agrees_with_a_pencil(owner: Person, clock: Clock, games: int) -> None:
    """ME-10, ME-13, ME-14, ME-16"""
    await play(type("Ledger", (Ledger,), {"clock": clock}), owner, games=games, steps=25)


@pytest.mark.parametrize("games", [6, pytest.param(24, marks=pytest.mark.long)])
@pytest.mark.usefixtures("linked")
async def test_it_does_where_less_than_nothing_is_allowed(
    owner: Person, clock: Clock, games: int
) -> None:
    """ME-14"""
    await play(type("Lenient", (Lenient,), {"clock": clock}), owner, games=games, steps=25)
