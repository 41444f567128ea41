"""Shapes of holidays."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from chassis.shapes import Bilingual, Day, NameView, Shape
from scheduling.holidays.rules import Repeats, Source

_LEFT_OUT: Final = Bilingual(en="-")
_NO_DAY: Final = date(2000, 1, 1)


class HolidayCreate(Shape):
    """A holiday of the company's own, of one day unless `to` (its last day) is given."""

    id: UUID | None = None
    name: Bilingual
    from_: Day = Field(alias="from")
    to: Day | None = None
    repeats: Repeats = "never"
    active: bool = True


class HolidayUpdate(Shape):
    """What may change; of a country's holiday only whether it is `active`."""

    name: Bilingual = _LEFT_OUT
    from_: Day = Field(default=_NO_DAY, alias="from")
    to: Day = _NO_DAY
    repeats: Repeats = "never"
    active: bool = True


class HolidayFilters(BaseModel):
    """Which days are asked for: a year from today, unless told otherwise."""

    date_from: Day | None = None
    date_to: Day | None = None
    active: bool | None = None


class HolidayView(BaseModel):
    """A holiday, each time that it comes. One of a `country` that was never switched off or on
    has the version 0 and no times.
    """

    model_config = ConfigDict(serialize_by_alias=True)

    id: UUID
    version: int
    created_at: datetime | None
    updated_at: datetime | None
    name: NameView
    from_: date = Field(serialization_alias="from")
    to: date
    source: Source
    country: str | None
    repeats: Repeats
    active: bool


class HolidayPage(BaseModel):
    """Holidays in the order of their days; all of them are told at once."""

    model_config = ConfigDict(serialize_by_alias=True)

    items: list[HolidayView]
    next_cursor: None = None
