"""Nobody is in two places, whatever races."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.ids import new_id
from chassis.testing.races import deadlocks
from chassis.work import UnitOfWork
from scheduling.claims import repository as claims
from scheduling.claims.rules import Claim, SlotTaken
from services.scheduling.tests.appointments.planning import at as written
from services.scheduling.tests.factories import Person

NOON = datetime(2031, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def claim(*subjects: UUID, at: datetime = NOON, hours: int = 1) -> Claim:
    return Claim("appointment", new_id(), subjects, at, at + hours * HOUR)


def working(owner: Person) -> Any:
    return owner.service.context.database.work(system(owner.caller.tenant_id, "scheduling"))


async def take(owner: Person, *wanted: Claim) -> None:
    async with working(owner) as work:
        await claims.take(work, *wanted)


async def test_who_is_taken_is_offered_at_the_nearest_times(owner: Person) -> None:
    """SC-05: others are offered before and after; what touches does not overlap."""
    staff, room = new_id(), new_id()
    await take(owner, claim(staff, room), claim(staff, at=NOON - HOUR), claim(room, at=NOON + HOUR))
    with pytest.raises(SlotTaken) as refused:
        await take(owner, claim(staff, room, at=NOON + HOUR / 2))
    offered: Any = refused.value.extra["nearest"]
    assert offered[0] == {
        "starts_at": written(NOON + 2 * HOUR), "ends_at": written(NOON + 3 * HOUR)
    }  # fmt: skip
    async with working(owner) as work:
        found = await claims.busy(work, [staff, room, owner_id := new_id()], (NOON, NOON + HOUR))
    assert found == {staff: [(NOON, NOON + HOUR)], room: [(NOON, NOON + HOUR)], owner_id: []}


async def test_what_is_let_go_is_free_and_what_moves_takes_anew(owner: Person) -> None:
    staff, other = new_id(), new_id()
    first, second = claim(staff), claim(staff, at=NOON + HOUR)
    await take(owner, first, second)
    longer = Claim("appointment", first.holder_id, (staff,), NOON - HOUR, NOON + HOUR / 2)
    async with working(owner) as work:
        await claims.move(work, longer)
        assert (await claims.busy(work, [staff], (NOON - HOUR, NOON)))[staff] == [
            (NOON - HOUR, NOON + HOUR / 2)
        ]
    with pytest.raises(SlotTaken):
        async with working(owner) as work:
            await claims.move(work, Claim("appointment", first.holder_id, (other, staff), NOON,
                                          NOON + 2 * HOUR))  # fmt: skip
    async with working(owner) as work:
        await claims.release(work, [first.holder_id])
    await take(owner, claim(staff))


async def test_who_cannot_be_had_whole_keeps_nobody_from_the_next(owner: Person) -> None:
    """SC-06: whom it had for a moment is free for those that came with it."""
    first, second = new_id(), new_id()
    await take(owner, claim(second))
    late, free = claim(first, second), claim(first, at=NOON + HOUR / 2)
    async with working(owner) as work:
        refused = await claims.take_each(work, late, free)
        assert refused == {late.holder_id}
        busy = await claims.busy(work, [first, second], (NOON, NOON + 2 * HOUR))
    assert busy == {
        first: [(free.starts_at, free.ends_at)], second: [(NOON, NOON + HOUR)]
    }  # fmt: skip


async def test_another_company_takes_its_own(owner: Person, service: Any) -> None:
    """GW-02: an id says nothing across companies."""
    staff = new_id()
    await take(owner, claim(staff))
    async with service.http(caller := service.caller()) as http:
        await take(Person(service, caller, http), claim(staff))


async def test_of_many_at_once_one_is_taken(owner: Person) -> None:
    """SC-06: and nobody waits in a circle, though everybody names them in another order."""
    people = [new_id() for _ in range(3)]
    won: list[Claim] = []

    async def race(number: int) -> None:
        ordered = people[number % 3 :] + people[: number % 3]
        wanted = claim(*ordered, at=NOON + timedelta(minutes=number % 5))
        with suppress(SlotTaken):
            await take(owner, wanted)
            won.append(wanted)

    before = await deadlocks(owner.service.context.database)
    await asyncio.gather(*(race(number) for number in range(24)))
    assert len(won) == 1
    assert await deadlocks(owner.service.context.database) == before


async def test_those_who_change_places_wait_in_line(owner: Person) -> None:
    """SC-06: each moves to whom another one leaves."""
    people = [new_id() for _ in range(4)]
    held = [claim(one, at=NOON + place * 24 * HOUR) for place, one in enumerate(people)]
    await take(owner, *held)

    async def change(number: int) -> None:
        one = held[number % 4]
        subjects = people[number % 4], people[(number + 1) % 4]
        wanted = Claim("appointment", one.holder_id, subjects, one.starts_at, one.ends_at)
        async with working(owner) as work:
            await lock_holder(work, one.holder_id)
            await claims.move(work, wanted)

    before = await deadlocks(owner.service.context.database)
    await asyncio.gather(*(change(number) for number in range(16)))
    assert await deadlocks(owner.service.context.database) == before


async def lock_holder(work: UnitOfWork, holder_id: UUID) -> None:
    """As whoever moves an appointment has locked it."""
    connection = await work.connection()
    await connection.execute("select pg_advisory_xact_lock($1)", holder_id.int % 2**62)
