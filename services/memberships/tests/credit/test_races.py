"""Whoever races for the same credit: nothing goes below zero, and nobody waits in a circle."""

import asyncio
from uuid import UUID

import pytest

from chassis.ids import new_id
from chassis.testing.races import deadlocks
from memberships.peers import Peers
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Wallet, day, transfer
from services.memberships.tests.factories import Person, remember_client


async def test_of_twenty_uses_of_eight_credits_eight_succeed(owner: Person) -> None:
    """ME-14"""
    wallet = await Wallet.make(owner)
    for place in range(4):
        await wallet.charge("2", expires_on=day(place))
    answers = await asyncio.gather(
        *(owner.http.post(USAGES, json=wallet.body("1")) for _ in range(20))
    )
    assert sorted(one.status_code for one in answers) == [201] * 8 + [409] * 12
    assert await wallet.usable() == "0"
    await wallet.prove()


async def test_a_hold_and_a_use_race_for_the_last_credit(owner: Person) -> None:
    """ask 16"""
    wallet = await Wallet.make(owner)
    for _ in range(5):
        await wallet.charge("1")
        answers = await asyncio.gather(
            owner.http.post(USAGES, json=wallet.body("1")),
            owner.http.post(HOLDS, json=wallet.body("1")),
        )
        assert sorted(one.status_code for one in answers) == [201, 409]
    await wallet.prove()


async def test_a_use_is_reversed_once_and_a_hold_ends_once(owner: Person) -> None:
    wallet = await Wallet.make(owner)
    await wallet.charge("5")
    used, held = await wallet.use("2"), await wallet.hold("2")
    answers = await asyncio.gather(
        *(owner.http.post(f"{USAGES}/{used['id']}/reverse") for _ in range(5))
    )
    assert sorted(one.status_code for one in answers) == [200] + [409] * 4
    path = f"{HOLDS}/{held['id']}"
    answers = await asyncio.gather(
        *(owner.http.post(f"{path}/{verb}", json={} if verb == "consume" else None)
          for verb in ("consume", "release", "consume", "release"))
    )  # fmt: skip
    assert sorted(one.status_code for one in answers) == [200, 200, 409, 409]
    balance = await wallet.balance()
    assert (balance["held"], balance["balance"] in ("3", "5")) == ("0", True)
    await wallet.prove()


async def test_transfers_both_ways_at_once_wait_in_no_circle(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def linked(_: Peers, __: UUID, ___: UUID, ____: UUID) -> UUID:
        return new_id()

    monkeypatch.setattr(Peers, "link_between", linked)
    one = await Wallet.make(owner)
    other = await one.other()
    await one.charge("10")
    await other.charge("10")
    before = await deadlocks(owner.service.context.database)
    pairs = [(one, other), (other, one)] * 8
    answers = await asyncio.gather(*(
        owner.http.post("/v1/credit-transfers", json={
            "from_client_id": giver.client_id, "to_client_id": taker.client_id,
            "credit_type_id": one.credit_type_id, "amount": "1",
        }) for giver, taker in pairs
    ))  # fmt: skip
    assert {answer.status_code for answer in answers} == {201}
    assert await deadlocks(owner.service.context.database) == before
    assert (await one.usable(), await other.usable()) == ("10", "10")
    await one.prove()


async def test_charges_uses_and_changes_of_charges_race_without_harm(owner: Person) -> None:
    wallet = await Wallet.make(owner, allow_negative=True)
    lot = await wallet.charge("3")
    before = await deadlocks(owner.service.context.database)
    path = f"{CHARGES}/{lot['id']}"
    await asyncio.gather(
        *(owner.http.post(USAGES, json=wallet.body("1")) for _ in range(8)),
        *(owner.http.post(CHARGES, json=wallet.body("1")) for _ in range(4)),
        *(owner.http.post(f"{path}/{verb}") for verb in ("stop", "resume", "stop", "resume")),
        *(owner.http.post(f"{path}/extend", json={"expires_on": day(n)}) for n in range(3)),
    )
    assert await deadlocks(owner.service.context.database) == before
    await wallet.prove()


async def test_holds_and_uses_that_end_while_clients_are_one_wait_in_no_circle(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ask 3, ME-16: who shares, was merged, gives and takes back at the same time."""

    async def linked(_: Peers, __: UUID, ___: UUID, ____: UUID) -> UUID:
        return new_id()

    monkeypatch.setattr(Peers, "link_between", linked)
    first = await Wallet.make(owner, allow_negative=True)
    second, third = await first.other(), await first.other()
    for one in (first, second, third):
        await one.charge("20")
    await remember_client(owner, id=first.client_id, version=2, merged_into=second.client_id)
    for giver, taker in ((second, third), (third, second)):
        await owner.post("/v1/credit-shares", {
            "client_id": giver.client_id, "with_client_id": taker.client_id,
        })  # fmt: skip
    uses = [await one.use("1") for one in (first, second, third) * 3]
    holds = [await one.hold("1") for one in (third, second, first) * 3]
    before = await deadlocks(owner.service.context.database)
    answers = await asyncio.gather(
        *(owner.http.post(f"{USAGES}/{one['id']}/reverse") for one in uses),
        *(owner.http.post(f"{HOLDS}/{one['id']}/release") for one in holds[:5]),
        *(owner.http.post(f"{HOLDS}/{one['id']}/consume", json={}) for one in holds[5:]),
        *(owner.http.post(USAGES, json=one.body("13")) for one in (first, second, third)),
        *(owner.http.post("/v1/credit-transfers", json=transfer(giver, taker, "1"))
          for giver, taker in ((first, third), (third, first), (second, third)) * 2),
    )  # fmt: skip
    assert {one.status_code for one in answers} <= {200, 201, 409}
    assert await deadlocks(owner.service.context.database) == before
    await first.prove()
