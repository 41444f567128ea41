"""Credit that ends, and of which little is left."""

from datetime import timedelta
from typing import Any

from memberships.credit.schedules import credit_expires, expire_credit
from memberships.credit.use_cases import expiring
from services.memberships.tests.conftest import Events
from services.memberships.tests.credit.world import CHARGES, HOLDS, USAGES, Clock, Wallet
from services.memberships.tests.factories import Person, jobs_of


async def _told(events: Events, owner: Person, verb: str) -> list[dict[str, Any]]:
    kind = f"memberships.credit.{verb}"
    return [one for one in await events(owner.caller) if one["type"] == kind]


async def test_what_is_left_at_the_end_of_the_last_day_is_lost_once(
    owner: Person, events: Events, clock: Clock
) -> None:
    """ME-10: and before that it is told."""
    wallet = await Wallet.make(owner, expiring_soon_days=3)
    context = owner.service.context
    lot = await wallet.charge("5", expires_on=clock.day(10))
    held = await wallet.hold("1")
    await expire_credit(context, owner.caller.tenant_id, {})
    assert await _told(events, owner, "expiring_soon") == []
    clock.moment += timedelta(days=8)
    assert (await wallet.balance())["expiring_soon"] == "4"
    await expire_credit(context, owner.caller.tenant_id, {})
    await expire_credit(context, owner.caller.tenant_id, {})
    assert [one["data"]["amount"] for one in await _told(events, owner, "expiring_soon")] == ["4"]
    clock.moment += timedelta(days=4)
    # Over before anybody has looked: it pays nothing.
    assert await owner.refused("POST", USAGES, wallet.body("1")) == (409, "insufficient_credit")
    await expire_credit(context, owner.caller.tenant_id, {})
    await expire_credit(context, owner.caller.tenant_id, {})
    assert [one["data"]["amount"] for one in await _told(events, owner, "expired")] == ["4"]
    assert (await owner.get(f"{CHARGES}/{lot['id']}"))["status"] == "expired"
    await owner.post(f"{HOLDS}/{held['id']}/release")
    assert (await wallet.balance())["lots"] == []
    await wallet.prove()
    again = await owner.post(f"{CHARGES}/{lot['id']}/extend", {"expires_on": clock.day(30)})
    assert (again["remaining"], again["status"], await wallet.usable()) == ("5", "active", "5")
    await wallet.prove()


async def test_each_company_has_a_job_of_its_own_for_what_ends(owner: Person, clock: Clock) -> None:
    """ME-10: a fault of one stops nobody else."""
    other = owner.service.caller()
    async with owner.service.http(other) as http:
        neighbour = Person(owner.service, other, http)
        for one in (owner, neighbour):
            await (await Wallet.make(one)).charge("5", expires_on=clock.day(2))
        clock.moment += timedelta(days=4)
        for _ in range(2):
            await credit_expires(owner.service.context)
        for one in (owner, neighbour):
            assert await jobs_of(one, expiring.EXPIRE) == [{}]


async def test_it_is_told_once_that_little_is_left_until_there_is_more(
    owner: Person, events: Events
) -> None:
    """ME-11"""
    wallet = await Wallet.make(owner, low_balance="2")
    await wallet.charge("4")
    await wallet.use("1")
    assert await _told(events, owner, "low") == []
    for _ in range(2):
        await wallet.use("1")
    await wallet.charge("4")
    await wallet.use("4")
    told = await _told(events, owner, "low")
    assert [(one["data"]["balance"], one["clientid"]) for one in told] == [
        ("2", wallet.client_id), ("1", wallet.client_id),
    ]  # fmt: skip
    await wallet.prove()
