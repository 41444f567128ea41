"""HTTP door of calendars: their feeds, and what these show to other programs."""

from dataclasses import asdict
from email.utils import format_datetime, parsedate_to_datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Path, Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.http.callers import caller_address
from chassis.http.content import disposition
from chassis.http.door import PUBLIC
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.calendar_files import rules as ical
from scheduling.calendars.repository.feeds import LIST, CalendarRepository
from scheduling.calendars.rules import feeds
from scheduling.calendars.schemas import (
    CalendarCreate,
    CalendarFilters,
    CalendarMadeView,
    CalendarView,
)
from scheduling.calendars.tables import CalendarFeed
from scheduling.calendars.use_cases import showing
from scheduling.calendars.use_cases.feeds import create_calendar, revoke_calendar
from scheduling.calendars.use_cases.showing import Shown

routes = router(feeds.PATH, "Calendars")

READ, WRITE = "scheduling:read", "scheduling:write"
_ICS = "text/calendar"
_CALDAV = "/v1/caldav/"
Token = Annotated[str, Path(max_length=200)]


@routes.get("", permission=READ, response_model=Page[CalendarView])
async def list_calendars(
    work: Work, pages: Pages, query: Annotated[CalendarFilters, Query()]
) -> Json:
    """List the feeds of your calendar, and those of the clients you see."""
    scope = await CalendarRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **scope))


@routes.post("", permission=WRITE, status=201, secrets=("token", "feed_url"),
             example={"name": "هاتفي", "covers": "mine"})  # fmt: skip
async def create_calendar_feed(
    work: Work, context: Context, body: CalendarCreate | None = None
) -> CalendarMadeView:
    """Make an address at which other calendars read yours, or a client's; it is shown this once."""
    asked = body or CalendarCreate()
    made, token = await create_calendar(work, context, asked.name, asked.client_id, asked.covers)
    base = context.chassis_settings.public_url.rstrip("/")
    return CalendarMadeView.model_validate(_shown(made) | {
        "token": token, "feed_url": f"{base}{feeds.PATH}/{token}.ics",
        "caldav_url": f"{base}{_CALDAV}" if made.user_id else None,
    })  # fmt: skip


@routes.door("GET", "/{calendar_token}.ics", permission=PUBLIC, files=(_ICS,), guessed=True,
             head=True)  # fmt: skip
async def read_calendar_feed(context: Context, request: Request, calendar_token: Token) -> Response:
    """Read a calendar as a file, by its address."""
    found = await showing.opened(context, calendar_token, caller_address(request))
    return _sent(request, await showing.show(context, found))


@routes.get("/{calendar_id}", permission=READ)
async def get_calendar_feed(work: Work, calendar_id: UUID) -> CalendarView:
    """Read whose calendar a feed is of."""
    return CalendarView.model_validate(_shown(await CalendarRepository(work).get(calendar_id)))


@routes.delete("/{calendar_id}", permission=WRITE)
async def revoke_calendar_feed(work: Work, calendar_id: UUID) -> None:
    """Let the address of a feed lead nowhere any more."""
    await revoke_calendar(work, calendar_id)


def _shown(feed: CalendarFeed) -> dict[str, Any]:
    url = f"/v1/clients/{feed.client_id}" if feed.client_id else None
    return asdict(feed) | {"url": url}


def _sent(request: Request, shown: Shown) -> Response:
    """The calendar, or 304 for who has it (RFC 9110, 13.2.2: a tag goes before a date)."""
    headers = {
        "ETag": f'"{shown.tag}"', "Last-Modified": format_datetime(shown.changed_at, usegmt=True),
        "Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex, nofollow",
        "Content-Disposition": disposition(f"{shown.name}.ics", inline=True),
    }  # fmt: skip
    if _is_known(request, shown):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        length = {"Content-Length": str(len(shown.content)), "Content-Type": ical.MEDIA_TYPE}
        return Response(None, 200, headers | length)
    return Response(shown.content, 200, headers, media_type=ical.MEDIA_TYPE)


def _is_known(request: Request, shown: Shown) -> bool:
    if (given := request.headers.get("if-none-match")) is not None:
        tags = {one.strip().removeprefix("W/").strip('"') for one in given.split(",")}
        return shown.tag in tags or "*" in tags
    try:
        since = parsedate_to_datetime(request.headers.get("if-modified-since", ""))
        return shown.changed_at.replace(microsecond=0) <= since
    except (ValueError, TypeError):
        return False
