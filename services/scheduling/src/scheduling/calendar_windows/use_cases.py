"""One calendar of all that somebody has to do, or has to know of, in some days."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from chassis.cache import TenantCache
from chassis.context import Context
from chassis.errors import NotFound, Unavailable
from chassis.paging import Paging
from chassis.work import UnitOfWork
from refs import peers
from refs.home import day, home
from scheduling.calendar_windows import rules
from scheduling.calendar_windows.repository import APPOINTMENTS, LISTS
from scheduling.calendar_windows.rules import Item, Kind, Week
from scheduling.countries.rules import days_off_of
from scheduling.holidays.use_cases import Holiday, holidays_between
from scheduling.tasks.repository.clauses import scope_values

Filters = dict[str, Any]
_DAY: Final = timedelta(days=1)
_weeks: Final = TenantCache[Week](seconds=300)


async def calendar(
    work: UnitOfWork, context: Context, paging: Paging, filters: Filters
) -> dict[str, Any]:
    """A page of what reaches into a window, and how the company's week goes.

    Raises EndsBeforeItBegins, WindowTooLong, InvalidCursor and UnknownSort.
    """
    week, zone = await _week(work, context), (await home(work)).timezone
    filters |= _window(filters, week, day(work.now, zone), zone)
    rules.check_window(filters["from"], filters["to"])
    place = APPOINTMENTS.place(paging, filters)
    kinds: set[Kind] = set(filters.get("kind") or (*LISTS, "holiday"))
    if filters.get("staff_id") is None or filters.get("client_id") is not None:
        kinds.discard("busy")
    await work.plan_for_values()
    found, total = await _lists(work, paging, filters, kinds, zone)
    if "holiday" in kinds:
        off = await _holidays(work, filters, zone)
        total += len(off)
        found.append(_behind(off, place, paging))
    items, has_more = rules.together(found, paging.limit, is_descending=_descends(paging))
    return {
        "items": items, "next_cursor": _cursor(paging, filters, items) if has_more else None,
        "total": total if paging.count else None, "timezone": zone, "week_start": week.start,
        "weekend": week.weekend,
    }  # fmt: skip


def _window(filters: Filters, week: Week, today: date, zone: str) -> Filters:
    """From when until when: the week that it is, or one from or until then."""
    since, until = filters.get("from"), filters.get("to")
    if since is None:
        since = until - rules.WEEK if until else _midnight(rules.week_of(today, week), zone)
    return {"from": since, "to": until or since + rules.WEEK}


async def _lists(
    work: UnitOfWork, paging: Paging, filters: Filters, kinds: set[Kind], zone: str
) -> tuple[list[list[Item]], int]:  # fmt: skip
    """One more of each kind than a page has: so that it is known whether there is more."""
    asked = Paging(paging.limit + 1, paging.cursor, paging.sort, paging.count)
    values = {
        "zone": zone, "first": day(filters["from"], zone) - _DAY,
        "last": day(filters["to"], zone) + _DAY, **await scope_values(work),
    }  # fmt: skip
    pages = [
        orjson.loads(await LISTS[kind].page(work, asked, filters, **values))
        for kind in LISTS if kind in kinds
    ]  # fmt: skip
    return [one["items"] for one in pages], sum(one.get("total") or 0 for one in pages)


async def _holidays(work: UnitOfWork, filters: Filters, zone: str) -> list[Item]:
    first, last = day(filters["from"], zone), day(filters["to"], zone)
    found = [_holiday(one, zone) for one in await holidays_between(work, first, last) if one.active]
    since, until = (_written(filters[name]) for name in ("from", "to"))
    return [one for one in found if one["ends_at"] > since and one["starts_at"] < until]


def _holiday(one: Holiday, zone: str) -> Item:
    names = ("title", "status", "location", "client_id", "url", "series_id", "hours")
    empty: dict[str, list[UUID]] = {"client_ids": [], "staff_ids": [], "resource_ids": []}
    return dict.fromkeys(names) | empty | {
        "kind": "holiday", "id": str(one.id), "name": one.name, "all_day": True,
        "starts_at": _written(_midnight(one.from_, zone)),
        "ends_at": _written(_midnight(one.to + _DAY, zone)),
    }  # fmt: skip


def _behind(items: list[Item], place: tuple[Any, UUID] | None, paging: Paging) -> list[Item]:
    if place is None:
        return items
    here = (_written(place[0]), str(place[1]))
    if _descends(paging):
        return [one for one in items if (one["starts_at"], one["id"]) < here]
    return [one for one in items if (one["starts_at"], one["id"]) > here]


def _cursor(paging: Paging, filters: Filters, items: list[Item]) -> str:
    last = items[-1]
    at = datetime.fromisoformat(last["starts_at"])
    return APPOINTMENTS.cursor_after(paging, filters, at, UUID(last["id"]))


def _descends(paging: Paging) -> bool:
    return (paging.sort or "").startswith("-")


def _midnight(one: date, zone: str) -> datetime:
    return datetime.combine(one, time.min, ZoneInfo(zone))


def _written(moment: datetime) -> str:
    """As PostgreSQL's lists write instants, so that all are put in one order."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"


async def _week(work: UnitOfWork, context: Context) -> Week:
    """The company's week, mostly from memory; as its country has it while nobody tells."""
    if (known := _weeks.get(work)) is not None:
        return known
    usual = rules.usual_week(days_off_of((await home(work)).country))
    try:
        found = await peers.get_tenant(context, work.tenant_id)
    except (NotFound, Unavailable):
        return usual
    return _weeks.put(work, rules.told_week(found, usual))
