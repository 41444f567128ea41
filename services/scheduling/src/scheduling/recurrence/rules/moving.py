"""What becomes of a rule as its series is moved, or split in two."""

from calendar import monthrange
from dataclasses import replace
from datetime import date, datetime, timedelta

from scheduling.recurrence.rules import hijri_days
from scheduling.recurrence.rules.failures import NotMovable
from scheduling.recurrence.rules.reading import Rule


def moved(rule: Rule, first: datetime, new_first: datetime, *, field: str = "starts_at") -> Rule:
    """The rule by which a series goes on that is moved from one wall time to another.

    What says its days by weekdays is moved with them, be it weekly (`MO,WE` becomes `TU,TH`) or
    the one such day of a month; what names one day of the month names the new one. An end is
    moved along. Raises NotMovable where nobody can tell the new days.
    """
    shift = new_first.date() - first.date()
    ending = replace(rule, until=_later(rule.until, new_first - first, shift))
    if not shift:
        return ending
    if rule.frequency in ("DAILY", "WEEKLY"):
        return _turned(ending, shift.days, field)
    return _renamed(ending, new_first.date(), field)


def split(rule: Rule, first: datetime, before: int) -> tuple[Rule, Rule]:
    """A series as two: its first `before` occurrences, and what follows from the next one on.

    Of a COUNT each gets its share; an UNTIL is the second one's. `before` is at least 1, counts
    holidays that are left out too, and is less than there are.
    """
    earlier = replace(rule, count=before, until=None)
    later = replace(rule, count=rule.count - before if rule.count else None)
    if rule.calendar == "hijri" and not rule.by_month_day:
        # The next one may be on the 29th for want of a 30th.
        _, number = hijri_days.numbers(first.date())
        later = replace(later, by_month_day=(number,))
    return earlier, later


def _later(
    until: date | datetime | None, by: timedelta, days: timedelta
) -> date | datetime | None:  # fmt: skip
    if until is None or isinstance(until, datetime):
        return until + by if until else None
    return until + days


def _turned(rule: Rule, days: int, field: str) -> Rule:
    """All days so much later in the week; the week itself begins later too."""
    if rule.by_month or rule.by_month_day:
        raise NotMovable(field=field)
    by_day = tuple((number, (day + days) % 7) for number, day in rule.by_day)
    return replace(rule, by_day=by_day, week_start=(rule.week_start + days) % 7)


def _renamed(rule: Rule, new: date, field: str) -> Rule:
    """One day of the month, or one such weekday, named as the new first one is."""
    days = len(rule.by_month_day) + len(rule.by_day)
    if rule.by_week or rule.by_year_day or rule.by_position or len(rule.by_month) > 1 or days > 1:
        raise NotMovable(field=field)
    month, number = hijri_days.numbers(new) if rule.calendar == "hijri" else (new.month, new.day)
    return replace(
        rule, by_month=(month,) if rule.by_month else (),
        by_month_day=(number,) if rule.by_month_day else (),
        by_day=(_such_day(rule, new, field),) if rule.by_day else (),
    )  # fmt: skip


def _such_day(rule: Rule, new: date, field: str) -> tuple[int, int]:
    number, _ = rule.by_day[0]
    if not number or (rule.frequency == "YEARLY" and not rule.by_month):
        raise NotMovable(field=field)
    if number > 0:
        return (new.day - 1) // 7 + 1, new.weekday()
    length = monthrange(new.year, new.month)[1]
    return -((length - new.day) // 7 + 1), new.weekday()
