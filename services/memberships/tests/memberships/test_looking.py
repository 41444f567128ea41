"""What time alone makes of memberships is told once each, on the day of their company."""

import asyncio
from datetime import date, timedelta

from chassis.testing.person import Person
from memberships.memberships import schedules
from memberships.memberships.use_cases import looking
from services.memberships.tests.billing import tick
from services.memberships.tests.conftest import Events
from services.memberships.tests.memberships.holding import (
    MEMBERSHIPS,
    freeze,
    hold,
    live_in,
    on_the,
)

START = "2026-01-31"


async def _sweep(owner: Person, day: str, hour: int = 9) -> None:
    async with on_the(owner, day, hour):
        await tick(owner, schedules.memberships_change_by_time, schedules.jobs)


async def _told(events: Events, owner: Person, membership_id: str) -> list[tuple[str, str]]:
    """What was told since it was made: the verb, and the status it has since."""
    return [
        (one["type"].rpartition(".")[2], one["data"]["membership"]["status"])
        for one in await events(owner.caller) if one["subject"] == membership_id
        and one["actor"].startswith("service:")
        and one["type"].rpartition(".")[2] not in ("created", "renewal_date_changed", "expiring")
    ]  # fmt: skip


async def test_what_it_becomes_is_told_once_each(owner: Person, events: Events) -> None:
    """ME-04"""
    async with on_the(owner, "2026-01-20"):
        made = await hold(owner, START)
        await freeze(owner, made, "2026-02-10", "2026-02-12")
    day = date(2026, 1, 25)
    for place in range(60):
        for _ in range(2):
            await _sweep(owner, (day + timedelta(place)).isoformat())
    assert await _told(events, owner, made) == [
        ("started", "active"), ("unfrozen", "active"), ("grace_begun", "grace"),
        ("expired", "expired"),
    ]  # fmt: skip


async def _expiring(events: Events, owner: Person, membership_id: str) -> list[tuple[str, str]]:
    """Of which renewal dates it was told that they come, and what it was then."""
    return [
        (one["data"]["membership"]["renewal_date"], one["data"]["membership"]["status"])
        for one in await events(owner.caller) if one["subject"] == membership_id
        and one["type"] == "memberships.membership.expiring"
    ]  # fmt: skip


async def test_it_is_told_to_have_started_on_its_first_day(owner: Person, events: Events) -> None:
    """ME-02, ME-04"""
    async with on_the(owner, "2026-01-20"):
        made = await hold(owner, START)
    await _sweep(owner, "2026-01-30")
    assert await _told(events, owner, made) == []
    await _sweep(owner, START)
    assert await _told(events, owner, made) == [("started", "active")]


async def test_a_renewal_date_that_comes_is_told_once_and_again_where_it_moved(
    owner: Person, events: Events
) -> None:
    """ME-03"""
    async with on_the(owner, "2026-02-01"):
        made = await hold(owner, START)
    for day in ("2026-02-20", "2026-02-21", "2026-02-21", "2026-02-22"):
        await _sweep(owner, day)
        known = [("2026-02-28", "active")] if day > "2026-02-20" else []
        assert await _expiring(events, owner, made) == known
    async with on_the(owner, "2026-02-22"):
        await freeze(owner, made, "2026-02-24", "2026-03-05")
    await _sweep(owner, "2026-02-23")
    assert await _expiring(events, owner, made) == [("2026-02-28", "active")]
    await owner.patch("/v1/settings/memberships", {"expiring_days": 10})
    await _sweep(owner, "2026-02-28")
    moved = [("2026-02-28", "active"), ("2026-03-10", "frozen")]
    assert await _expiring(events, owner, made) == moved
    for day in ("2026-03-01", "2026-03-10", "2026-03-20"):
        await _sweep(owner, day)
    assert await _expiring(events, owner, made) == moved


async def test_neither_what_is_to_end_nor_what_has_lapsed_is_told_to_be_expiring(
    owner: Person, events: Events
) -> None:
    """ME-03: and with no days before nothing is."""
    async with on_the(owner, "2026-02-05"):
        ends, lapsed, other = [await hold(owner, START) for _ in range(3)]
        await owner.post(f"{MEMBERSHIPS}/{ends}/cancel")
        await owner.patch("/v1/settings/memberships", {"expiring_days": 0})
    await _sweep(owner, "2026-02-27")
    async with on_the(owner, "2026-02-27"):
        await freeze(owner, other, "2026-02-27", "2026-03-01")
        await owner.patch("/v1/settings/memberships", {"expiring_days": 7})
    await _sweep(owner, "2026-02-28")
    found = [await _expiring(events, owner, one) for one in (ends, lapsed, other)]
    assert found == [[], [], [("2026-03-03", "frozen")]]


async def test_a_planned_end_that_comes_is_told(owner: Person, events: Events) -> None:
    """ME-04"""
    async with on_the(owner, "2026-02-05"):
        made = await hold(owner, START)
        await owner.post(f"{MEMBERSHIPS}/{made}/cancel")
    await _sweep(owner, "2026-02-27")
    await _sweep(owner, "2026-02-28")
    assert (await _told(events, owner, made))[-1] == ("ended", "cancelled")
    found = [one["type"] for one in await events(owner.caller)]
    assert "memberships.membership.grace_begun" not in found


async def test_a_tolerance_that_changes_is_that_of_the_day(owner: Person, events: Events) -> None:
    """ME-06"""
    async with on_the(owner, "2026-02-05"):
        made = await hold(owner, START)
    await _sweep(owner, "2026-02-28")
    await owner.patch("/v1/settings/memberships", {"tolerance_days": 2})
    await _sweep(owner, "2026-03-01")
    assert (await _told(events, owner, made))[-1] == ("grace_begun", "grace")
    await _sweep(owner, "2026-03-02")
    assert (await _told(events, owner, made))[-1] == ("expired", "expired")


async def test_the_day_is_that_of_the_company(owner: Person, events: Events) -> None:
    """ME-04: in Kiritimati it begins ten hours before it does in London."""
    await live_in(owner, "Pacific/Kiritimati")
    async with on_the(owner, "2026-02-05"):
        made = await hold(owner, START)
    await _sweep(owner, "2026-02-27", hour=9)
    assert await _told(events, owner, made) == [("started", "active")]
    await _sweep(owner, "2026-02-27", hour=10)
    assert (await _told(events, owner, made))[-1] == ("grace_begun", "grace")


async def test_two_workers_tell_each_once(owner: Person, events: Events) -> None:
    async with on_the(owner, "2026-02-05"):
        made = [await hold(owner, START) for _ in range(6)]
    context, tenant_id = owner.service.context, owner.caller.tenant_id
    async with on_the(owner, "2026-02-22"):
        await asyncio.gather(*(schedules.look_at_company(context, tenant_id, {}) for _ in range(4)))
    assert [await _expiring(events, owner, one) for one in made] == [
        [("2026-02-28", "active")] for _ in made
    ]  # fmt: skip
    async with on_the(owner, "2026-02-28"):
        await asyncio.gather(*(schedules.look_at_company(context, tenant_id, {}) for _ in range(4)))
        assert not await _is_due(owner)
    for one in made:
        told = await _told(events, owner, one)
        assert [verb for verb, _ in told].count("grace_begun") == 1


async def _is_due(owner: Person) -> bool:
    async with owner.service.context.database.work(owner.caller) as work:
        return await looking.look(work)
