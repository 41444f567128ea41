"""The ceiling of free times, written by hand without any framework: it reads the rows that the
product reads, and has the product's own rules work out what is free; what company and country it
is for, it knows."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from scheduling.availability.rules.days import Staff, minute_of
from scheduling.availability.rules.hours import ALWAYS, Week, week
from scheduling.availability.rules.slots import Wanted, slots
from scheduling.countries import rules as countries
from scheduling.slots.rules import together, written
from tests.bench.bare import BEGIN, TENANT, Answer, application, pool

COUNTRY, ZONE = "SA", "Asia/Riyadh"
DAY = timedelta(days=1)
AROUND = 2 * DAY
LONGEST = timedelta(days=14)
SERVICE = """
select s.id, s.duration_minutes, s.slot_minutes, s.capacity, s.buffer_before, s.buffer_after,
       array(select u.id from identity_users u
              where u.tenant_id = s.tenant_id and u.id = any(s.staff_ids) and u.is_active) as here
  from booking_services s where s.tenant_id = $1 and s.id = $2 and s.is_active"""
HOURS = """
select id, hours::text, timezone, buffer_before, buffer_after, works_on_holidays
  from staff_hours where tenant_id = $1 and id = any($2)"""
# Nobody in this company is away, and none of its hours are others on some days: it looks all the
# same, as it cannot know.
OTHERWISE = """
select (select count(*) from availability_overrides
         where tenant_id = $1 and to_on >= $3 and from_on <= $4
           and (user_ids = '{}' or user_ids && $2))
     + (select count(*) from leaves
         where tenant_id = $1 and user_id = any($2) and to_on >= $3 and from_on <= $4)
     + (select count(*) from company_holidays
         where tenant_id = $1 and from_on <= $4 and (repeats <> 'never' or to_on >= $3))"""
SWITCHED = "select id, is_active from country_holidays where tenant_id = $1 and id = any($2)"
TAKEN = """
select subject_id,
       array_agg(floor(extract(epoch from starts_at) / 60)::int order by starts_at) as starts,
       array_agg(ceil(extract(epoch from ends_at) / 60)::int order by starts_at) as ends
  from claims
 where tenant_id = $1 and subject_id = any($2) and ends_at > $3 and starts_at < $4
   and starts_at > $3 - interval '14 days'
 group by subject_id"""
OPEN = """
select staff_id, starts_at from booking_sessions
 where tenant_id = $1 and service_id = $2 and is_open and staff_id = any($3)
   and starts_at >= $4 and starts_at < $5"""
state: dict[str, Any] = {}


async def start() -> None:
    state["pool"] = await pool()


@cache
def _week(hours: str) -> Week:
    return week(orjson.loads(hours))


def _staff(user_id: UUID, said: Any) -> Staff:
    if said is None:
        return Staff(user_id, ZONE)
    return Staff(
        user_id, said["timezone"] or ZONE, _week(said["hours"]) if said["hours"] else ALWAYS,
        (), (), said["works_on_holidays"], said["buffer_before"], said["buffer_after"],
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)


def _country_days(first: date, last: date) -> dict[UUID, date]:
    return {
        countries.id_of(COUNTRY, day): day
        for year in range(first.year, last.year + 1)
        for day, _ in countries.days_of(COUNTRY, year)
        if first <= day <= last
    }


async def _read(connection: Any, service_id: UUID, first: date, until: date) -> dict[str, Any]:
    """All rows that it takes."""
    since, end = _midnight(first), _midnight(until)
    near, far = first - AROUND, until + DAY
    await connection.execute(BEGIN)
    service = await connection.fetchrow(SERVICE, TENANT, service_id)
    here, known = service["here"], _country_days(near, far)
    assert await connection.fetchval(OTHERWISE, TENANT, here, near, far) == 0
    found = {
        "service": service, "window": (since, end),
        "hours": {row["id"]: row for row in await connection.fetch(HOURS, TENANT, here)},
        "switched": await connection.fetch(SWITCHED, TENANT, list(known)),
        "holidays": known,
        "taken": await connection.fetch(TAKEN, TENANT, here, since - AROUND, end + AROUND),
        "open": await connection.fetch(OPEN, TENANT, service_id, here, since, end),
    }  # fmt: skip
    await connection.execute("COMMIT")
    return found


async def answer(scope: dict[str, Any], given: dict[bytes, bytes], body: bytes) -> Answer:
    asked = parse_qs(scope["query_string"].decode())
    service_id = UUID(asked["service_id"][0])
    first, until = (date.fromisoformat(asked[name][0]) for name in ("date_from", "date_to"))
    async with state["pool"].acquire() as connection:
        found = await _read(connection, service_id, first, until)
    service, (since, end) = found["service"], found["window"]
    off = {row["id"] for row in found["switched"] if not row["is_active"]}
    holidays = frozenset(day for one, day in found["holidays"].items() if one not in off)
    taken = {row["subject_id"]: list(zip(row["starts"], row["ends"], strict=True))
             for row in found["taken"]}  # fmt: skip
    wanted = Wanted(
        service["duration_minutes"], service["slot_minutes"], minute_of(since), minute_of(end),
        first, until - DAY, service["buffer_before"], service["buffer_after"],
    )  # fmt: skip
    free = [
        (one, slots(_staff(one, found["hours"].get(one)), wanted, taken.get(one, ()), holidays))
        for one in service["here"]
    ]
    offered = together(free, service["capacity"])
    return 200, written(offered, service["duration_minutes"])


app = application(state, start, answer)
