"""When an appointment is: its end, and what moves it."""

from datetime import datetime, timedelta

from scheduling.appointments.rules.failures import EndsBeforeStart, EndsTwice, TooLong
from scheduling.claims.rules import LONGEST


def end(
    starts_at: datetime, ends_at: datetime | None, minutes: int | None, usual: timedelta
) -> datetime:
    """When it ends: as said, or after what is usual; raises EndsTwice, EndsBeforeStart, TooLong."""
    if ends_at is not None and minutes is not None:
        raise EndsTwice(field="duration_minutes")
    if ends_at is None:
        ends_at = starts_at + (timedelta(minutes=minutes) if minutes else usual)
    if ends_at <= starts_at:
        raise EndsBeforeStart(field="ends_at")
    if ends_at - starts_at > LONGEST:
        field = "ends_at" if minutes is None else "duration_minutes"
        raise TooLong(field=field, days=LONGEST.days)
    return ends_at
