"""When a client may be written to by what nobody types at this moment."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import product
from typing import Any, Final
from zoneinfo import ZoneInfo

# Why a message waits or failed: stable codes.
DO_NOT_DISTURB: Final = "do_not_disturb"
OUTSIDE_HOURS: Final = "outside_contact_hours"
# Whoever is not to be disturbed for longer has named no end.
_LONGEST: Final = timedelta(days=366)
_NOON: Final = 12 * 60
_MIDNIGHT: Final = 24 * 60
# The next hours may be tomorrow's, and a day may begin later or be skipped where clocks change.
_DAYS: Final = range(4)

# From and to a minute of the day; to an earlier one: of the next day.
Span = tuple[int, int]
# With the digits of any script: int() reads them all.
_SPAN: Final = re.compile(r"\s*(\d{1,2})(?::(\d{2}))?\s*[-–—]\s*(\d{1,2})(?::(\d{2}))?\s*")
_BETWEEN: Final = re.compile("[,،;؛]")


@dataclass(frozen=True, slots=True)
class Wait:
    """Not now: `until` is when, None where nobody knows; `reason` is why, as a code."""

    until: datetime | None
    reason: str


def wait(availability: Mapping[str, Any], now: datetime, zone: tzinfo) -> Wait | None:
    """Whether a client wants to be left alone now, and until when; busy clients still read mail.

    `availability` is `{state, until, hours}` as clients tells it; its hours are in `zone`.
    """
    moment, reason = now, OUTSIDE_HOURS
    if availability.get("state") == "do_not_disturb":
        until = _moment(availability.get("until"))
        if until is None or until > now + _LONGEST:
            return Wait(None, DO_NOT_DISTURB)
        if until > now:
            moment, reason = until, DO_NOT_DISTURB
    opens = next_open(moment, spans(availability.get("hours") or ""), zone)
    return Wait(opens, reason) if opens > now else None


def spans(text: str) -> list[Span]:
    """Preferred hours as people type them: `9-12, 16:30-20`, `٩-١٢`, `20-2`, by the 24-hour clock.

    A morning hour to an earlier one ends in the afternoon: `9-5`. Any other text is a note for
    people ("after the prayer"), by which no message waits: none at all.
    """
    found = [_SPAN.fullmatch(part) for part in _BETWEEN.split(text)]
    read = [_span(*match.groups(default="0")) for match in found if match]
    understood = [span for span in read if span]
    return understood if len(understood) == len(found) else []


def next_open(moment: datetime, hours: Sequence[Span], zone: tzinfo) -> datetime:
    """The first moment from this one on that is inside the hours; any is where there are none."""
    if not hours or _is_open(moment, hours, zone):
        return moment
    today = moment.astimezone(zone).date()
    begins = (
        datetime.combine(today + timedelta(day), time(*divmod(start, 60), fold=fold), zone)
        for day, (start, _), fold in product(_DAYS, hours, (0, 1))
    )
    later = (begin.astimezone(UTC) for begin in begins)
    return min(one for one in later if one > moment and _is_open(one, hours, zone))


def zone_of(name: str) -> tzinfo:
    """A time zone by its name; UTC for one that is not known."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return UTC


def _is_open(moment: datetime, hours: Sequence[Span], zone: tzinfo) -> bool:
    local = moment.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return any(
        start <= minute < end if start < end else minute >= start or minute < end
        for start, end in hours
    )


def _span(*texts: str) -> Span | None:
    hour, minute, end_hour, end_minute = (int(text) for text in texts)
    start, end = hour * 60 + minute, end_hour * 60 + end_minute or _MIDNIGHT
    if end <= start < _NOON:
        end += _NOON
    if start >= _MIDNIGHT or end > _MIDNIGHT or start == end or max(minute, end_minute) > 59:
        return None
    return start, end


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
