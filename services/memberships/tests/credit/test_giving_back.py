"""What comes back goes where it came from, and what is owed is paid before anything else."""

from datetime import timedelta
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.ids import new_id
from memberships.credit.use_cases import charging
from memberships.credit.use_cases.charging import Charge
from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import (
    ADJUSTMENTS,
    CHARGES,
    HOLDS,
    TRANSFERS,
    USAGES,
    Clock,
    Wallet,
    day,
    paid,
    transfer,
)
from services.memberships.tests.factories import Person, make_credit_type, remember_client

TYPES = "/v1/credit-types"


async def test_a_use_a_hold_and_an_adjustment_may_have_the_same_id(owner: Person) -> None:
    """ME-10: each has its own of the charges."""
    wallet, own = await Wallet.make(owner), str(new_id())
    lot = await wallet.charge("10")
    await wallet.hold("3", id=own)
    await wallet.use("2", id=own)
    await owner.post(ADJUSTMENTS, wallet.body("-1", id=own, reason="x"))
    for path, amount in ((HOLDS, "3"), (USAGES, "2"), (ADJUSTMENTS, "1")):
        assert paid(await owner.get(f"{path}/{own}")) == [(lot["id"], amount)]
    await owner.post(f"{USAGES}/{own}/reverse")
    balance = await wallet.balance()
    assert (balance["balance"], balance["held"]) == ("6", "3")
    await owner.post(f"{HOLDS}/{own}/release")
    assert await wallet.usable() == "9"
    await wallet.prove()


async def test_what_may_be_owed_is_counted_with_the_decimals_it_was_written_with(
    owner: Person,
) -> None:
    """ME-10"""
    owing = await Wallet.make(owner, allow_negative=True)
    await owing.use("1")
    right = await Wallet.make(owner)
    await owner.post(ADJUSTMENTS, right.body("1", reason="x"))
    for one in (owing, right):
        found = await owner.refused("PATCH", f"{TYPES}/{one.credit_type_id}", {"decimals": 2})
        assert found == (409, "credit_type_counted")


@pytest.mark.usefixtures("linked")
async def test_a_charge_that_begins_pays_first_what_is_owed(owner: Person, clock: Clock) -> None:
    """ME-14: neither given away, nor taken back, beside it."""
    wallet = await Wallet.make(owner, allow_negative=True)
    other = await wallet.other()
    used = await wallet.use("5")
    lot = await wallet.charge("8", starts_on=clock.day(2))
    assert await wallet.usable() == "-5"
    clock.moment += timedelta(days=3)
    assert await wallet.usable() == "3"
    found = await owner.refused("POST", TRANSFERS, transfer(wallet, other, "4"))
    assert found == (409, "insufficient_credit")
    found = await owner.refused("POST", f"{CHARGES}/{lot['id']}/refund", {"amount": "4"})
    assert found == (409, "nothing_left")
    await wallet.use("1")
    assert paid(await owner.get(f"{USAGES}/{used['id']}")) == [(lot["id"], "5")]
    assert (await wallet.balance())["overdrawn"] == "0"
    await wallet.prove()


async def test_what_a_merged_client_owes_the_survivor_pays(owner: Person, events: Events) -> None:
    """ask 3: they have, owe, and are told of, what is theirs together."""
    first = await Wallet.make(owner, allow_negative=True, low_balance="2")
    second = await first.other()
    used = await first.use("5")
    await remember_client(owner, id=first.client_id, version=2, merged_into=second.client_id)
    lot = await second.charge("8")
    balance = await second.balance()
    assert (balance["balance"], balance["overdrawn"]) == ("3", "0")
    assert paid(await owner.get(f"{USAGES}/{used['id']}")) == [(lot["id"], "5")]
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    told = [one for one in await events(owner.caller) if one["type"].endswith("credit.reversed")]
    assert [(one["clientid"], one["data"]["balance"]) for one in told] == [(second.client_id, "8")]
    await second.prove()


async def test_of_clients_who_are_one_all_that_is_left_is_told(
    owner: Person, events: Events
) -> None:
    """ME-11: also where only the one who was merged has ever had any."""
    first = await Wallet.make(owner, low_balance="2")
    second = await first.other()
    soon = await first.charge("4", expires_on=day(1))
    await remember_client(owner, id=first.client_id, version=2, merged_into=second.client_id)
    await owner.post(f"{CHARGES}/{soon['id']}/refund", {"amount": "3"})
    low = [one for one in await events(owner.caller) if one["type"].endswith("credit.low")]
    assert [(one["clientid"], one["data"]["balance"]) for one in low] == [(second.client_id, "1")]
    await second.charge("4")
    used = await second.use("1")
    await owner.post(f"{USAGES}/{used['id']}/reverse")
    told = [one for one in await events(owner.caller) if one["type"].endswith("credit.reversed")]
    assert [one["data"]["balance"] for one in told] == ["5"]
    await second.prove()


async def test_what_ended_is_told_by_whoever_finds_it(
    owner: Person, events: Events, clock: Clock
) -> None:
    """ME-10: before any clock has looked."""
    wallet = await Wallet.make(owner)
    over = await wallet.charge("5", expires_on=clock.day(2))
    await wallet.charge("5")
    clock.moment += timedelta(days=4)
    await wallet.use("1")
    told = [one for one in await events(owner.caller) if one["type"].endswith("credit.expired")]
    assert [(one["subject"], one["data"]["amount"]) for one in told] == [(over["id"], "5")]
    await wallet.prove()


@pytest.mark.usefixtures("linked")
async def test_what_was_given_on_is_taken_back_with_the_rest(owner: Person, events: Events) -> None:
    """ME-15: an order that is refunded leaves no free credit, whoever has it by now."""
    wallet = await Wallet.make(owner)
    other, third = await wallet.other(), await wallet.other()
    database, tenant_id = owner.service.context.database, owner.caller.tenant_id
    order = Charge(
        credit_type_id=UUID(wallet.credit_type_id), amount=8, cause="order:1", source="package"
    )
    async with database.work(system(tenant_id, "memberships")) as work:
        await charging.charge(work, UUID(wallet.client_id), order)
    await other.charge("2")
    await owner.post(TRANSFERS, transfer(wallet, other, "5"))
    await other.use("3")
    await owner.post(TRANSFERS, transfer(other, third, "1"))
    async with database.work(system(tenant_id, "memberships")) as work:
        taken = await charging.take_back(work, "order:1")
    left = [int(await one.usable()) for one in (wallet, other, third)]
    assert [amount for _, amount in taken] == [8 + 2 - 3 - sum(left)]
    assert left[0] == 0 and sum(left) <= 2
    told = [one for one in await events(owner.caller) if one["type"].endswith("credit.refunded")]
    assert sum(int(one["data"]["amount"]) for one in told) == taken[0][1]
    await wallet.prove()


async def test_what_is_charged_again_after_midnight_is_the_same(
    owner: Person, clock: Clock
) -> None:
    """GW-13: the day that was left out is that of the first time."""
    wallet = await Wallet.make(owner)
    body = wallet.body("3", id=str(new_id()))
    made = await owner.post(CHARGES, body)
    clock.moment += timedelta(days=1)
    again = await owner.http.post(CHARGES, json=body)
    assert (again.status_code, again.json()["starts_on"]) == (200, made["starts_on"])
    other = await make_credit_type(owner)
    assert await owner.refused("POST", CHARGES, body | {"credit_type_id": other["id"]}) == (
        409, "id_taken",
    )  # fmt: skip
