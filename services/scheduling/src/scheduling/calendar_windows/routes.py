"""HTTP door of the calendar: all that is in some days, in one answer."""

from typing import Annotated

import orjson
from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from scheduling.calendar_windows import use_cases
from scheduling.calendar_windows.schemas import CalendarPageView, CalendarWindow

routes = router("/v1/calendar", "Calendars")


@routes.get("", permission="scheduling:read", response_model=CalendarPageView)
async def show_calendar(
    work: Work, context: Context, pages: Pages, query: Annotated[CalendarWindow, Query()]
) -> Json:
    """Show what is in some days: appointments, sessions, leave, holidays and tasks that are due."""
    filters = query.model_dump(exclude_none=True, by_alias=True)
    return Json(orjson.dumps(await use_cases.calendar(work, context, pages, filters)))
