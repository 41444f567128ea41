"""Shapes of how a company keeps its appointments and bookings."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from chassis.shapes import Shape, View
from scheduling.countries.rules import countries

# A day at most: what is longer is several appointments.
Minutes = Annotated[int, Field(ge=1, le=1_440, strict=True)]
WallTime = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
SlotMinutes = Annotated[int, Field(ge=5, le=240, multiple_of=5, strict=True)]


def _known(country: str) -> str:
    if country not in countries():
        raise ValueError("The holidays of this country are not known.")
    return country


Country = Annotated[str, StringConstraints(to_upper=True, max_length=2), AfterValidator(_known)]


class SchedulingSettingsUpdate(Shape):
    """How appointments and bookings are kept.

    One that says neither its end nor its length takes `appointment_minutes`; free times are
    offered every `slot_minutes`. On the holidays of `holiday_countries` nobody works: null stands
    for the company's own country, and an empty list for none. With `public_booking` anybody may
    book what is public. Between `quiet_from` and `quiet_to`, by the company's clock, nobody is
    reminded of anything; with `hijri_dates` reminders say their day in that calendar too.
    """

    appointment_minutes: Minutes = 30
    slot_minutes: SlotMinutes = 15
    holiday_countries: Annotated[list[Country] | None, Field(max_length=5)] = None
    public_booking: Annotated[bool, Field(strict=True)] = False
    quiet_from: WallTime | None = None
    quiet_to: WallTime | None = None
    hijri_dates: Annotated[bool, Field(strict=True)] = False


class SchedulingSettingsView(View):
    """How appointments and bookings are kept; `version` is 0 until something was said."""

    version: int
    updated_at: datetime | None
    appointment_minutes: int
    slot_minutes: int
    holiday_countries: list[str] | None
    public_booking: bool
    quiet_from: str | None
    quiet_to: str | None
    hijri_dates: bool
