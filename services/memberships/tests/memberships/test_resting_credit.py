"""Credit that came with a membership rests with it, and can be used so much longer."""

from datetime import date
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from memberships.credit.rules.rests import FOR_EVER, last_day, number_of, rests_on, written
from services.memberships.tests.billing import Billing
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Wallet
from services.memberships.tests.factories import (
    Json,
    Person,
    make_credit_type,
    make_package,
    remember_client,
)
from services.memberships.tests.memberships.holding import MEMBERSHIPS, freeze, on_the
from services.memberships.tests.memberships.naive import DAY
from services.memberships.tests.sales.selling import cause, pay, sell

START = date(2026, 3, 1)
REFUSED = (409, "insufficient_credit")
RESTS = st.lists(
    st.tuples(st.integers(-10, 40), st.integers(0, 15), st.booleans()), max_size=5
).map(lambda some: [
    written(START + DAY * since, START + DAY * (since + days), is_added=added)
    for since, days, added in some
])  # fmt: skip


@given(RESTS, st.integers(1, 40))
def test_the_last_day_is_as_one_counts_it(rests: list[Any], number: int) -> None:
    """ME-07: day by day, be they given in whatever order."""
    added = [one for one in rests if one[2]]
    day, left = START, number
    while left:
        left -= not rests_on(added, day)
        day += DAY
    assert last_day(START, number, rests) == last_day(START, number, rests[::-1]) == day - DAY
    assert number_of(START, day - DAY, rests) == number
    # On a day that is added nothing ends, but on the first one after it.
    while rests_on(added, day):
        day += DAY
    assert number_of(START, day, rests) == number + 1
    if rests_on(added, day - DAY):
        assert last_day(START, number_of(START, day - DAY, rests), rests) == day


def test_nobody_knows_the_last_day_while_it_rests_for_ever() -> None:
    """ME-07"""
    rests = [written(START + DAY * 5, FOR_EVER, is_added=True)]
    assert (last_day(START, 5, rests), last_day(START, 6, rests)) == (START + DAY * 4, None)


async def _sold(owner: Person, billing: Billing) -> tuple[Json, Wallet]:
    """A monthly one from 1 March, with eight sessions for a week."""
    sessions, whose = (await make_credit_type(owner))["id"], str(await remember_client(owner))
    credit = {"credit_type_id": sessions, "amount": "8",
              "expires_after": {"unit": "week", "count": 1}}  # fmt: skip
    package = await make_package(owner, credits=[credit])
    made = await sell(owner, package_id=package["id"], client_id=whose)
    await pay(owner, billing, made, 1)
    return made, Wallet(owner, whose, sessions)


async def _charge(owner: Person, wallet: Wallet) -> Json:
    found = (await owner.get(CHARGES, client_id=wallet.client_id, sort="starts_on"))["items"]
    return dict(found[0])


async def _stands(owner: Person, wallet: Wallet) -> tuple[str, str | None, str]:
    """Its state, its last day, and what can be used."""
    one = await _charge(owner, wallet)
    listed = await owner.ids(CHARGES, client_id=wallet.client_id, status=one["status"])
    assert one["id"] in listed
    return one["status"], one["expires_on"], await wallet.usable()


async def test_nothing_is_used_of_it_on_a_frozen_day(owner: Person, billing: Billing) -> None:
    """ME-07: what was held before stays so, and the days that are added are its too."""
    async with on_the(owner, "2026-03-01"):
        made, wallet = await _sold(owner, billing)
        held = await wallet.hold("2")
        one = await freeze(owner, made["id"], "2026-03-03", "2026-03-12")
        assert await _stands(owner, wallet) == ("active", "2026-03-17", "6")
    async with on_the(owner, "2026-03-12"):
        assert await _stands(owner, wallet) == ("frozen", "2026-03-17", "0")
        assert await owner.refused("POST", USAGES, wallet.body("1")) == REFUSED
        assert await owner.refused("POST", HOLDS, wallet.body("1")) == REFUSED
        explained = await owner.get(
            "/v1/credit-balances/explain", client_id=wallet.client_id,
            credit_type_id=wallet.credit_type_id,
        )  # fmt: skip
        assert "lot_frozen" in [step["kind"] for step in explained["steps"]]
        await owner.post(f"{HOLDS}/{held['id']}/consume")
        # What came otherwise is used.
        await wallet.charge("1")
        await wallet.use("1")
        await wallet.prove()
    async with on_the(owner, "2026-03-13"):
        assert await _stands(owner, wallet) == ("active", "2026-03-17", "6")
    async with on_the(owner, "2026-03-20"):
        # It was lost by now; frozen longer, as is told late, it is there again.
        await owner.refused("POST", USAGES, wallet.body("1"))
        path = f"{MEMBERSHIPS}/{made['id']}/freezes/{one['id']}"
        await owner.patch(path, {"to": "2026-03-18"})
        assert await _stands(owner, wallet) == ("active", "2026-03-23", "6")
        await owner.patch(path, {"extend": False})
        assert await _stands(owner, wallet) == ("expired", "2026-03-07", "0")
        await owner.delete(path)
        await wallet.prove()


async def test_a_freeze_that_adds_nothing_adds_nothing_to_it(
    owner: Person, billing: Billing
) -> None:
    """ME-07"""
    async with on_the(owner, "2026-03-01"):
        made, wallet = await _sold(owner, billing)
        await freeze(owner, made["id"], "2026-03-02", "2026-03-04", extend=False)
    async with on_the(owner, "2026-03-04"):
        assert await _stands(owner, wallet) == ("frozen", "2026-03-07", "0")
    async with on_the(owner, "2026-03-05"):
        assert await _stands(owner, wallet) == ("active", "2026-03-07", "8")
        await wallet.prove()


async def test_suspended_credit_waits_until_its_membership_goes_on(
    owner: Person, billing: Billing
) -> None:
    """ME-07: and what somebody stopped stays stopped."""
    async with on_the(owner, "2026-03-01"):
        made, wallet = await _sold(owner, billing)
    async with on_the(owner, "2026-03-04"):
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/suspend", {})
        assert await _stands(owner, wallet) == ("frozen", None, "0")
        one = await _charge(owner, wallet)
        await owner.post(f"{CHARGES}/{one['id']}/stop")
        await wallet.prove()
    async with on_the(owner, "2026-05-01"):
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/resume")
        assert await _stands(owner, wallet) == ("stopped", "2026-05-04", "0")
        await owner.post(f"{CHARGES}/{one['id']}/resume")
        assert await _stands(owner, wallet) == ("active", "2026-05-04", "8")
        await wallet.prove()


async def test_what_is_left_when_a_suspended_one_is_cancelled_is_the_clients(
    owner: Person, billing: Billing
) -> None:
    """ME-07"""
    async with on_the(owner, "2026-03-01"):
        made, wallet = await _sold(owner, billing)
    async with on_the(owner, "2026-03-04"):
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/suspend", {})
    async with on_the(owner, "2026-03-10"):
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/cancel", {"at": "now"})
        assert await _stands(owner, wallet) == ("active", "2026-03-13", "8")
        await wallet.prove()


async def test_a_last_day_that_staff_named_moves_with_the_freezes_after_it(
    owner: Person, billing: Billing
) -> None:
    """ME-07, ME-16"""
    async with on_the(owner, "2026-03-01"):
        made, wallet = await _sold(owner, billing)
        path = f"{CHARGES}/{(await _charge(owner, wallet))['id']}/extend"
        await owner.post(path, {"expires_on": "2026-03-20"})
        one = await freeze(owner, made["id"], "2026-03-10", "2026-03-14")
        assert (await _stands(owner, wallet))[1] == "2026-03-25"
        assert (await owner.post(path, {"expires_on": "2026-03-12"}))["expires_on"] == "2026-03-15"
        await owner.delete(f"{MEMBERSHIPS}/{made['id']}/freezes/{one['id']}")
        assert (await _stands(owner, wallet))[1] == "2026-03-10"
        await owner.post(path, {"expires_on": None})
        await freeze(owner, made["id"], "2026-03-10", "2026-03-14")
        assert (await _stands(owner, wallet))[1] is None
        await wallet.prove()


async def test_it_comes_to_the_same_in_whatever_order(owner: Person, billing: Billing) -> None:
    """ME-07: paid ahead, frozen, frozen again, and the first one taken back."""
    ends = set()
    async with on_the(owner, "2026-03-01"):
        for order in permutations(("renew", "early", "late")):
            made, wallet = await _sold(owner, billing)
            for what in order:
                if what == "renew":
                    await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
                    await pay(owner, billing, made, 2)
                elif what == "early":
                    wrong = await freeze(owner, made["id"], "2026-03-02", "2026-03-03")
                    await freeze(owner, made["id"], "2026-03-10", "2026-03-19")
                    await owner.delete(f"{MEMBERSHIPS}/{made['id']}/freezes/{wrong['id']}")
                else:
                    await freeze(owner, made["id"], "2026-04-13", "2026-04-14")
            found = (await owner.get(CHARGES, client_id=wallet.client_id))["items"]
            ends.add(tuple(sorted((one["starts_on"], one["expires_on"]) for one in found)))
            await wallet.prove()
        assert ends == {(("2026-03-01", "2026-03-07"), ("2026-04-11", "2026-04-19"))}
        # What is not paid any more moves what comes after it up.
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/renew")
        await pay(owner, billing, made, 3)
        await billing.becomes(owner, cause(made, 2), "issued")
        found = (await owner.get(CHARGES, client_id=wallet.client_id))["items"]
        days = {(one["starts_on"], one["status"]) for one in found}
        assert days == {
            ("2026-03-01", "active"), ("2026-04-11", "taken_back"), ("2026-04-11", "upcoming"),
        }  # fmt: skip
        await wallet.prove()
