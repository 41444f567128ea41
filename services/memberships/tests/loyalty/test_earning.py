"""Points follow what is paid of invoices."""

import asyncio
from contextlib import suppress
from random import Random
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.races import deadlocks
from memberships.credit.rules.failures import InsufficientCredit
from memberships.credit.use_cases.using import Use, use
from memberships.loyalty.repository.earnings import EarningRepository
from memberships.loyalty.rules.earning import points
from memberships.peers import Peers
from services.memberships.tests.factories import Person, remember_client
from services.memberships.tests.loyalty.making import (
    balance,
    has,
    make_rule,
    paid,
    paid_together,
    set_up,
    tell,
)


async def test_what_is_paid_brings_points_once(owner: Person) -> None:
    """ME-12, ME-18: whatever is told twice; parts of a point where the company has it."""
    sara = await remember_client(owner)
    type_id = await set_up(owner, places=1)
    await make_rule(owner, expires_after={"unit": "day", "count": 30})
    first = await paid(owner, sara, "95.00")
    await paid(owner, sara, "95.00", invoice_id=first)
    assert await balance(owner, sara) == {
        "client_id": str(sara), "url": f"/v1/clients/{sara}", "credit_type_id": type_id,
        "earned": "9.0", "redeemed": "0.0", "expired": "0.0", "otherwise": "0.0",
        "balance": "9.0", "held": "0.0", "money_value": {"amount": "4.50", "currency": "SAR"},
    }  # fmt: skip
    [charge] = (await owner.get("/v1/credit-charges", client_id=str(sara)))["items"]
    assert (charge["source"], charge["amount"]) == ("loyalty", "9.0")
    assert charge["expires_on"] is not None
    await owner.patch("/v1/settings/memberships", {"loyalty": {"decimals": True}})
    await paid(owner, sara, "95.00")
    assert (await balance(owner, sara))["earned"] == "18.5"


async def test_the_rule_of_highest_priority_holds(owner: Person) -> None:
    """ME-18: by the client's category, what is spent and its currency."""
    gold = new_id()
    await set_up(owner)
    await make_rule(owner, amount_per_point="10")
    await make_rule(owner, amount_per_point="5", category_id=str(gold), priority=1)
    await make_rule(owner, amount_per_point="1", minimum_spend="500", priority=2)
    await make_rule(owner, amount_per_point="0.01", priority=9, active=False)
    plain = await remember_client(owner)
    golden = await remember_client(owner, category_id=str(gold))
    for client_id, amount, expected in (
        (plain, "100.00", "10"), (golden, "100.00", "20"), (plain, "500.00", "510"),
        (golden, "499.99", "119"),
    ):  # fmt: skip
        await paid(owner, client_id, amount)
        assert (await balance(owner, client_id))["earned"] == expected
    for told in ({"currency": "KWD", "paid": "9.000"}, {"type": "opening_balance"}):
        await tell(owner, "paid", new_id(), plain, 2, **{"paid": "100.00", **told})
    await paid(owner, None, "100.00")
    assert (await balance(owner, plain))["earned"] == "510"


async def test_what_is_not_paid_any_more_is_taken_back(owner: Person) -> None:
    """ME-18: in proportion where a part is credited; given again when it is paid again; an older
    event that comes late changes nothing."""
    sara = await remember_client(owner)
    await set_up(owner)
    await make_rule(owner, minimum_spend="50.00")
    one = await paid(owner, sara, "100.00")
    await tell(owner, "credited", one, sara, 3, paid="70.00")
    assert (await has(owner, sara))[0] == "7"
    await tell(owner, "credited", one, sara, 4, paid="20.00")
    assert (await has(owner, sara))[0] == "2"
    await tell(owner, "reopened", one, sara, 5, paid="10.00", status="partially_paid")
    assert await has(owner, sara) == ("0", "0", "0", "0")
    await tell(owner, "paid", one, sara, 2, paid="100.00")
    assert (await has(owner, sara))[0] == "0"
    await tell(owner, "paid", one, sara, 6, paid="20.00")
    assert (await has(owner, sara))[0] == "2"
    await tell(owner, "credited", one, sara, 7, paid="0.00", status="credited")
    assert (await has(owner, sara))[0] == "0"
    other = new_id()
    await tell(owner, "reopened", other, sara, 5, paid="0.00", status="issued")
    await tell(owner, "paid", other, sara, 4, paid="100.00")
    assert (await has(owner, sara))[0] == "0"


async def test_points_that_were_used_are_made_good_by_the_next(owner: Person) -> None:
    """ME-18: a refund of what was spent already leaves no free points."""
    sara = await remember_client(owner)
    type_id = await set_up(owner)
    await make_rule(owner)
    one = await paid(owner, sara, "100.00")
    await _use(owner, sara, type_id, "6")
    await tell(owner, "reopened", one, sara, 3, status="issued")
    assert await has(owner, sara) == ("6", "6", "0", "0")
    await paid(owner, sara, "40.00")
    assert await has(owner, sara) == ("6", "6", "0", "0")
    two = await paid(owner, sara, "50.00")
    assert await has(owner, sara) == ("9", "6", "3", "0")
    await tell(owner, "reopened", two, sara, 3, status="issued")
    assert await has(owner, sara) == ("6", "6", "0", "0")
    await tell(owner, "paid", one, sara, 4, paid="100.00")
    assert await has(owner, sara) == ("14", "6", "8", "0")


async def test_a_company_without_points_gives_none(owner: Person) -> None:
    """ME-18: neither without a credit type in use, nor without a rule."""
    sara = await remember_client(owner)
    await make_rule(owner)
    await paid(owner, sara, "100.00")
    assert await balance(owner, sara) == {}
    type_id = await set_up(owner)
    await owner.patch(f"/v1/credit-types/{type_id}", {"active": False})
    await paid(owner, sara, "100.00")
    assert await balance(owner, sara) == {}


async def test_whatever_becomes_of_invoices_points_add_up(owner: Person) -> None:
    """ME-18: after each of random events, told in random order and twice, what was earned is what
    the invoices bring, and what is owed."""
    random, type_id = Random(18), await set_up(owner)
    sara = await remember_client(owner)
    await make_rule(owner)
    known: dict[UUID, tuple[int, int]] = {}
    invoices = [new_id() for _ in range(4)]
    for version in range(2, 40):
        invoice_id, spent = random.choice(invoices), random.choice([0, 5_000, 12_345, 30_000])
        told = version if random.random() < 0.8 else random.randrange(1, version)
        verb, status = ("paid", "paid") if spent else ("reopened", "issued")
        amount = f"{spent // 100}.{spent % 100:02}"
        for _ in range(random.choice([1, 2])):
            await tell(owner, verb, invoice_id, sara, told, paid=amount, status=status)
        if told > known.get(invoice_id, (0, 0))[0]:
            known[invoice_id] = (told, spent)
        if random.random() < 0.3:
            with suppress(InsufficientCredit):
                await _use(owner, sara, type_id, "7")
        brings = sum(points(one, 1_000, 0, in_parts=False) for _, one in known.values())
        found = await balance(owner, sara)
        earned, owed = int(found.get("earned", "0")), await _owed(owner, sara, type_id)
        assert earned == brings + owed
        assert owed <= int(found.get("redeemed", "0"))


async def test_invoices_of_one_client_are_settled_at_once(owner: Person) -> None:
    """ME-18: each once, though all are told at the same time; nobody waits in a circle."""
    before = await deadlocks(owner.service.context.database)
    sara, omar = [await remember_client(owner) for _ in range(2)]
    await set_up(owner)
    await make_rule(owner)
    invoices = [new_id() for _ in range(6)]
    await asyncio.gather(*(
        paid(owner, client_id, "100.00", invoice_id=one)
        for one, client_id in zip(invoices * 2, [sara, omar] * 6, strict=True)
    ))  # fmt: skip
    earned = [(await has(owner, one))[0] for one in (sara, omar)]
    assert sum(map(int, earned)) == 60
    assert await deadlocks(owner.service.context.database) == before


async def test_points_of_several_are_earned_while_they_are_given_away(
    owner: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ME-16, ME-18: what several clients have is locked in one order, however it is told."""

    async def linked(_: Peers, __: UUID, ___: UUID, ____: UUID) -> UUID:
        return new_id()

    monkeypatch.setattr(Peers, "link_between", linked)
    pair = [await remember_client(owner) for _ in range(2)]
    type_id = await set_up(owner)
    await make_rule(owner)
    for one in pair:
        await paid(owner, one, "1000.00")
    before = await deadlocks(owner.service.context.database)
    bodies = [
        {"from_client_id": str(giver), "to_client_id": str(taker), "credit_type_id": type_id,
         "amount": "1"}
        for giver, taker in (pair, pair[::-1]) for _ in range(6)
    ]  # fmt: skip
    await asyncio.gather(
        *(owner.http.post("/v1/credit-transfers", json=one) for one in bodies),
        *(paid_together(owner, order, "10.00") for order in (pair, pair[::-1]) for _ in range(6)),
    )
    assert await deadlocks(owner.service.context.database) == before
    points = [int((await has(owner, one))[2]) for one in pair]
    assert sum(points) == 200 + 24


async def test_points_are_seen_by_who_sees_the_client(owner: Person) -> None:
    """ME-12, GW-02, GW-03"""
    sara = await remember_client(owner)
    await set_up(owner)
    await make_rule(owner)
    await paid(owner, sara, "100.00")
    async with owner.colleague("memberships:read", visibility="assigned") as stranger:
        assert await balance(stranger, sara) == {}
    async with owner.colleague("memberships:read") as reader:
        assert (await balance(reader, sara))["balance"] == "10"
    answer = await owner.http.get("/v1/loyalty/balances")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == ["client_id"]


async def _owed(owner: Person, client_id: UUID, type_id: str) -> int:
    caller = system(owner.caller.tenant_id, "memberships")
    async with owner.service.context.database.work(caller) as work:
        found = await EarningRepository(work).owed(client_id, UUID(type_id))
    return sum(one.owed for one in found)


async def _use(owner: Person, client_id: UUID, type_id: str, amount: str) -> None:
    caller = system(owner.caller.tenant_id, "memberships")
    async with owner.service.context.database.work(caller) as work:
        wanted = Use(client_id=client_id, credit_type_id=UUID(type_id), amount=amount)
        await use(work, wanted)
