"""Who reads a calendar by its address, and what tests of calendars make."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx
from icalendar import Calendar

from chassis.caller import system
from chassis.ids import new_id
from refs import people
from services.scheduling.tests.factories import Json, Person, remember_user

# A Monday, as of which the tests run, and an hour on the day after.
NOW = datetime(2031, 3, 10, 8, tzinfo=UTC)
TOMORROW = datetime(2031, 3, 11, 9, tzinfo=UTC)


async def remember_role(person: Person, **values: Any) -> UUID:
    """A role of the company; its id."""
    known: Json = {"id": str(new_id()), "version": 1, "name": "موظف", "visibility": "all",
                   "permissions": ["scheduling:read", "scheduling:write"],
                   "is_owner": False}  # fmt: skip
    context, tenant_id = person.service.context, person.caller.tenant_id
    async with context.database.work(system(tenant_id, "scheduling")) as work:
        await people.remember_roles(work, [known | values])
    return UUID((known | values)["id"])


async def employ(person: Person, **values: Any) -> UUID:
    """Have the person be one of the company's staff, as those are remembered; their role's id."""
    role = await remember_role(person, **values)
    await remember_user(
        person, id=str(person.caller.user_id), name="هند", email="hind@example.com",
        role_id=str(role),
    )  # fmt: skip
    return role


async def make_feed(person: Person, **fields: Any) -> Json:
    return await person.post("/v1/calendars", fields)


def path_of(feed: Json) -> str:
    return f"/v1/calendars/{feed['token']}.ics"


async def read(stranger: httpx.AsyncClient, feed: Json) -> list[Any]:
    """What a feed shows, as a calendar's own library reads it."""
    answer = await stranger.get(path_of(feed))
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/calendar")
    return Calendar.from_ical(answer.content).walk("VEVENT")
