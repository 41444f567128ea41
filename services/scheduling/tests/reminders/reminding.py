"""What tests of reminders do: have them reckoned, and let their time come."""

from typing import Final
from uuid import UUID

from chassis.events import Event
from chassis.testing.clock import FrozenClock
from scheduling.reminders.consumers import consumers
from scheduling.reminders.schedules import jobs, reminders_fall_due
from services.scheduling.tests.conftest import Events
from services.scheduling.tests.factories import Json, Person, hear, jobs_of, tick

REMINDERS: Final = "/v1/reminders"
RULES: Final = "/v1/reminder-rules"


async def make_rule(person: Person, **fields: object) -> Json:
    """One of an hour before, to the client by mail."""
    return await person.post(RULES, {"name": "قبل الموعد"} | fields)


async def heard(person: Person, events: Events) -> None:
    """What the company's people did reaches reminders, and the jobs run that reckon."""
    told = [
        Event(
            type=one["type"], subject=UUID(one["subject"]), data=one["data"], id=UUID(one["id"]),
            version=one["version"],
            client_id=UUID(one["clientid"]) if one.get("clientid") else None,
        )
        for one in await events(person.caller)
    ]  # fmt: skip
    await hear(person, consumers, *told)
    await run_jobs(person)


async def run_jobs(person: Person) -> None:
    """The company's jobs run, and those that they enqueue."""
    context, tenant_id = person.service.context, person.caller.tenant_id
    ran = True
    while ran:
        ran = False
        for name, job in jobs.jobs.items():
            for payload in await jobs_of(person, name):
                await job.handler(context, tenant_id, payload)
                ran = True


async def passes(person: Person, clock: FrozenClock, **step: float) -> None:
    """Time goes by, and the clock ticks."""
    clock.advance(**step)
    await tick(person, reminders_fall_due, jobs)
    await run_jobs(person)


async def reminders_of(person: Person, **filters: object) -> list[Json]:
    """As they are listed."""
    found: list[Json] = (await person.get(REMINDERS, **filters))["items"]
    return found
