"""When an entry is: dates and times as calendars write them, in the zones they name."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from chassis.shapes import FIRST_DAY, LAST_DAY
from scheduling.calendar_imports.rules.failures import UnknownZone, Unreadable
from scheduling.calendar_imports.rules.lines import Line
from scheduling.recurrence.rules.expanding import instant

_MOMENT: Final = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
_DURATION: Final = re.compile(
    r"\+?P(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,7})S)?)?"
)
_DURATIONS: Final = ("weeks", "days", "hours", "minutes", "seconds")
# What is looked at of a value that is told as wrong.
_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time and where its clock hangs; `is_day` where it is a whole day."""

    local: datetime
    zone: str
    is_day: bool = False

    @property
    def at(self) -> datetime:
        """The instant, in UTC."""
        return instant(self.local, self.zone)


@dataclass(frozen=True, slots=True)
class Zones:
    """What the names of zones stand for: `home` is the company's, which counts where a time names
    none (RFC 5545, 3.3.5: a floating one), `located` is what the file says of its own.
    """

    home: str
    located: Mapping[str, str]

    def named(self, name: str) -> str:
        """As everybody writes it; raises UnknownZone.

        Names of Windows, and those that end in one that everybody knows, are known too.
        """
        bare = name.strip().strip('"')
        for one in (bare, self.located.get(bare, ""), WINDOWS_TO_OLSON.get(bare, "")):
            parts = one.split("/")
            for length in (len(parts), 3, 2):
                if found := _known().get("/".join(parts[-length:]).casefold()):
                    return found
        raise UnknownZone(field="starts_at", zone=bare[:_SHOWN])


def moments(line: Line, zones: Zones) -> list[Moment]:
    """Those of a line; of a period when it begins. Raises Unreadable and UnknownZone."""
    values = line.value.split(",")
    return [_moment(line, one.partition("/")[0].strip(), zones) for one in values]


def moment(line: Line, zones: Zones) -> Moment:
    """That of a line."""
    return _moment(line, line.value.strip(), zones)


def duration(line: Line) -> timedelta:
    """How long something takes (RFC 5545, 3.3.6); raises Unreadable."""
    found = _DURATION.fullmatch(line.value.strip().upper())
    if found is None or not any(found.groups()):
        raise _unreadable(line)
    given = {name: int(text or 0) for name, text in zip(_DURATIONS, found.groups(), strict=True)}
    return timedelta(**given)


def _moment(line: Line, text: str, zones: Zones) -> Moment:
    found = _MOMENT.fullmatch(text.upper())
    if found is None:
        raise _unreadable(line)
    local = datetime.combine(_day(line, found[1]), _time(line, found[2]))
    if found[3]:
        return Moment(local, "UTC")
    named = line.parameters.get("TZID")
    zone = zones.named(named) if named and found[2] else zones.home
    return Moment(local, zone, is_day=found[2] is None)


def _day(line: Line, text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise _unreadable(line) from None
    # Of the first and the last day that is kept no other zone may have another one.
    if not FIRST_DAY < day < LAST_DAY:
        raise _unreadable(line)
    return day


def _time(line: Line, text: str | None) -> time:
    if text is None:
        return time()
    hours, minutes, seconds = int(text[:2]), int(text[2:4]), int(text[4:])
    try:
        return time(hours, minutes, min(seconds, 59))  # a leap second is the one before
    except ValueError:
        raise _unreadable(line) from None


def _unreadable(line: Line) -> Unreadable:
    return Unreadable(field="starts_at", part=f"{line.name}:{line.value}"[:_SHOWN])


@cache
def _known() -> dict[str, str]:
    return {one.casefold(): one for one in available_timezones()}
