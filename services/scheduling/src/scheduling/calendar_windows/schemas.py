"""Shapes of what a calendar shows."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.paging import Page
from chassis.shapes import Instant, NameView, View
from scheduling.calendar_windows.rules import Kind, Weekday

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class CalendarWindow(BaseModel):
    """A window of at most 62 days, of which everything is shown that reaches into it: a week from
    `from` on unless it says otherwise, else the company's present one.

    With `staff_id` also when these are taken by what the caller does not see (`busy`). Of
    `client_id` only what is about them, besides holidays.
    """

    from_: Annotated[Instant | None, Field(alias="from")] = None
    to: Instant | None = None
    staff_id: Ids = None
    client_id: Ids = None
    kind: Annotated[list[Kind] | None, Field(max_length=6)] = None


class HoursView(View):
    """So long on each day."""

    from_: Annotated[str, Field(alias="from")]
    to: str


class CalendarItemView(View):
    """Something in a calendar: an appointment, a session of bookings, a leave, a holiday, a task
    that is due, or that somebody is busy. What is all day long ends when the next day begins.
    """

    kind: Kind
    id: UUID
    starts_at: datetime
    ends_at: datetime
    all_day: bool
    title: str | None
    name: NameView | None
    status: str | None
    location: str | None
    client_id: UUID | None
    url: str | None
    client_ids: list[UUID]
    staff_ids: list[UUID]
    resource_ids: list[UUID]
    series_id: UUID | None
    hours: HoursView | None


class CalendarPageView(Page[CalendarItemView]):
    """What is in a window, by when it begins; and how the company's week goes."""

    timezone: str
    week_start: Weekday
    weekend: list[Weekday]
