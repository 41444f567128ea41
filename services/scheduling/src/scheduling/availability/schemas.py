"""Shapes of when staff work."""

from datetime import date, datetime
from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from chassis.shapes import Bilingual, Day, Name, NameView, Resource, Shape, View
from scheduling.availability.rules.hours import Weekday

_LEFT_OUT: Final = Bilingual(en="-")
_NO_DAY: Final = date(2000, 1, 1)
Time = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")]
Buffer = Annotated[int, Field(ge=0, le=240, strict=True)]
Flag = Annotated[bool, Field(strict=True)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class SpanGiven(Shape):
    """From one time of a day to another; what ends before it begins ends on the next day."""

    from_: Time = Field(alias="from")
    to: Time


class HoursGiven(SpanGiven):
    """Hours that are the same on some days of the week, without their breaks."""

    days: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    breaks: Annotated[list[SpanGiven], Field(max_length=10)] = []


Hours = Annotated[list[HoursGiven], Field(max_length=40)]


def stored(hours: list[HoursGiven] | None) -> list[dict[str, Any]] | None:
    """Hours as they are kept."""
    return None if hours is None else [one.model_dump(by_alias=True) for one in hours]


class AvailabilityUpdate(Shape):
    """When somebody works: `hours` are replaced whole, null says that they have none.

    Without a `timezone` they are of the company's. So many minutes `buffer_before` and
    `buffer_after` a booking nothing else is, unless its service asks for more.
    """

    hours: Hours | None = None
    timezone: Annotated[str | None, Field(max_length=60)] = None
    buffer_before: Buffer = 0
    buffer_after: Buffer = 0
    works_on_holidays: Flag = False


class OverrideCreate(Shape):
    """Other hours from one day to another, its last one, for some staff or for everybody.

    What is said for somebody by name goes before what is said for all, and of two such the one
    that was made later. No hours: nobody works then.
    """

    id: UUID | None = None
    name: Bilingual
    from_: Day = Field(alias="from")
    to: Day
    hours: Hours
    user_ids: Annotated[list[UUID], Field(max_length=200)] = []


class OverrideUpdate(Shape):
    """What may change; `hours` and `user_ids` are replaced whole."""

    name: Bilingual = _LEFT_OUT
    from_: Day = Field(default=_NO_DAY, alias="from")
    to: Day = _NO_DAY
    hours: Hours = []
    user_ids: Annotated[list[UUID], Field(max_length=200)] = []


class LeaveCreate(Shape):
    """Somebody is away from one day to another, its last one; with `hours` so long on each day."""

    id: UUID | None = None
    user_id: UUID
    from_: Day = Field(alias="from")
    to: Day
    hours: SpanGiven | None = None
    reason: Name | None = None


class LeaveUpdate(Shape):
    """What may change; the user does not."""

    from_: Day = Field(default=_NO_DAY, alias="from")
    to: Day = _NO_DAY
    hours: SpanGiven | None = None
    reason: Name | None = None


class DayFilters(BaseModel):
    """How these lists may be narrowed; `date_from` and `date_to` to what touches those days."""

    user_id: Ids = None
    date_from: Day | None = None
    date_to: Day | None = None


class _Named(View):
    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True, populate_by_name=True)


class SpanView(_Named):
    """From one time of a day to another."""

    from_: str = Field(alias="from")
    to: str


class HoursView(SpanView):
    """Hours of some days of the week."""

    days: list[Weekday]
    breaks: list[SpanView]


class AvailabilityView(_Named):
    """When somebody works; `version` is 0 until something was said, and who has no `hours` is
    free whenever they are nowhere else.
    """

    id: UUID
    version: int
    updated_at: datetime | None
    hours: list[HoursView] | None
    timezone: str
    buffer_before: int
    buffer_after: int
    works_on_holidays: bool


class OverrideView(Resource):
    """Other hours on some days."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True, populate_by_name=True)
    name: NameView
    from_: date = Field(alias="from")
    to: date
    hours: list[HoursView]
    user_ids: list[UUID]


class LeaveView(Resource):
    """Somebody is away; the `reason` is for themselves and for who manages scheduling."""

    model_config = ConfigDict(from_attributes=True, serialize_by_alias=True, populate_by_name=True)
    user_id: UUID
    from_: date = Field(alias="from")
    to: date
    hours: SpanView | None
    reason: str | None
