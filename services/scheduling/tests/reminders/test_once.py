"""Each is reminded once: whoever dies in between, whoever races."""

import asyncio
from datetime import timedelta
from typing import Final
from uuid import UUID

import pytest

from chassis.caller import system
from chassis.errors import Unavailable
from chassis.testing.clock import FrozenClock
from scheduling.reminders.schedules import jobs, reminders_are_sent_again
from scheduling.reminders.use_cases.reckoning import reckon
from scheduling.reminders.use_cases.sending import SEND, send_due
from services.scheduling.tests.appointments.planning import at, make_appointment, path_of
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Person, jobs_of, tick
from services.scheduling.tests.reminders.conftest import Comms
from services.scheduling.tests.reminders.reminding import (
    heard,
    make_rule,
    passes,
    reminders_of,
    run_jobs,
)
from services.scheduling.tests.staffed import TODAY

TOMORROW: Final = TODAY + timedelta(days=1)


async def test_who_dies_in_between_asks_again_once(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: comms knows it by its key; a job that was given up is taken up again."""
    await make_rule(owner)
    await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    comms.loses_answers = True
    with pytest.raises(Unavailable):
        await passes(owner, clock, hours=23)
    [one] = await reminders_of(owner)
    assert one["state"] == "sending"
    comms.loses_answers = False
    clock.advance(minutes=11)
    await tick(owner, reminders_are_sent_again, jobs)
    await run_jobs(owner)
    [one] = await reminders_of(owner)
    assert one["state"] == "sent" and len(comms.sent) == 1


async def test_what_moved_while_it_was_sent_goes_out_at_the_new_time(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04"""
    await make_rule(owner)
    made = await make_appointment(owner, TOMORROW)
    await heard(owner, events)
    comms.is_away = True
    with pytest.raises(Unavailable):
        await passes(owner, clock, hours=23)
    comms.is_away = False
    await owner.post(path_of(made, "reschedule"), {"starts_at": at(TOMORROW + timedelta(hours=5))})
    [one] = await reminders_of(owner)
    assert await jobs_of(owner, SEND) == []
    await jobs.jobs[SEND].handler(
        owner.service.context, owner.caller.tenant_id, {"reminder_id": one["id"]}
    )
    await run_jobs(owner)
    await heard(owner, events)
    [one] = await reminders_of(owner)
    assert (one["state"], one["due_at"]) == ("pending", at(TOMORROW + timedelta(hours=4)))
    assert comms.sent == []


async def test_who_reckon_and_send_at_once_remind_once(
    owner: Person, events: Events, clock: FrozenClock, comms: Comms
) -> None:
    """SC-04: two workers of one company, whatever races."""
    await make_rule(owner, to="both")
    some = [await make_appointment(owner, TOMORROW) for _ in range(5)]
    context, caller = owner.service.context, system(owner.caller.tenant_id, "scheduling")

    async def worker() -> None:
        async with context.database.work(caller, role="worker") as work:
            await reckon(work, [UUID(one["id"]) for one in some])

    await asyncio.gather(*(worker() for _ in range(4)))
    assert len(await reminders_of(owner)) == 5
    clock.advance(hours=23)

    async def sender() -> None:
        async with context.database.work(caller, role="worker") as work:
            await send_due(work)

    await asyncio.gather(*(sender() for _ in range(4)))
    await run_jobs(owner)
    assert len(comms.sent) == 5
