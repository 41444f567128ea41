"""When a reminder goes out: at its time, unless that is in quiet hours."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final

from scheduling.recurrence.rules.expanding import instant, wall_time
from scheduling.reminders.rules.states import PAST, QUIET_HOURS, TOO_LATE

# What was to go out a moment before it was set still does; what is older is not news.
GRACE: Final = timedelta(minutes=10)
# Who cannot wait until the quiet hours are over is told so long before they begin.
AHEAD: Final = timedelta(minutes=5)
_DAY: Final = timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Quiet:
    """Wall times of a zone from and until which nobody is to be disturbed; over midnight where it
    begins later than it ends.
    """

    since: time
    until: time
    zone: str

    def span(self, moment: datetime) -> Span | None:
        """The quiet hours that a moment lies in, their end not included; None outside of them."""
        day = wall_time(moment, self.zone).date()
        for first in (day - _DAY, day):
            last = first if self.since < self.until else first + _DAY
            starts_at = instant(datetime.combine(first, self.since), self.zone)
            ends_at = instant(datetime.combine(last, self.until), self.zone)
            if starts_at <= moment < ends_at:
                return starts_at, ends_at
        return None


@dataclass(frozen=True, slots=True)
class Wish:
    """When a reminder is wanted, and from when on it is not any more."""

    at: datetime
    until: datetime


def due(
    wish: Wish, now: datetime, quiet: Quiet | None, *, is_new: bool = True
) -> tuple[datetime, None] | tuple[None, str]:
    """When it goes out, or why it does not.

    What falls into quiet hours waits for their end if that is in time; else it goes out before
    they begin, if that is still to come. One that is new and was to go out before is past.
    """
    if is_new and wish.at < now - GRACE:
        return None, PAST
    at = max(wish.at, now)
    if at >= wish.until:
        return None, TOO_LATE
    if quiet is None or (span := quiet.span(at)) is None:
        return at.astimezone(UTC), None
    starts_at, ends_at = span
    if ends_at < wish.until:
        return ends_at, None
    before = max(starts_at - AHEAD, now)
    if before < starts_at:
        return before.astimezone(UTC), None
    return None, QUIET_HOURS
