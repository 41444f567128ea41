"""Spans of time by the calendar, Gregorian or Hijri: 31 January, 28 February, 31 March."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Final, Literal, Self

from chassis import hijri
from chassis.errors import Invalid
from chassis.shapes import LAST_DAY

Unit = Literal["day", "week", "month", "year", "hijri_month"]

MOST: Final[dict[Unit, int]] = {
    "day": 3_660, "week": 520, "month": 120, "year": 10, "hijri_month": 120,
}  # fmt: skip
"""Nothing is sold for longer than about ten years."""
_BASE: Final[dict[Unit, tuple[Unit, int]]] = {
    "day": ("day", 1), "week": ("day", 7), "month": ("month", 1), "year": ("month", 12),
    "hijri_month": ("hijri_month", 1),
}  # fmt: skip
# The mean length of a lunar month, for what lies beyond the table of Umm al-Qura (2077).
_LUNAR_MONTH: Final = Fraction("29.530588")


class SpanTooLong(Invalid):
    """Longer than anything is sold for."""

    code = "span_too_long"
    detail = "This is longer than ten years."


@dataclass(frozen=True, slots=True)
class Span:
    """So many days, weeks, months, years or Hijri months; kept as `{unit, count}`."""

    unit: Unit
    count: int

    @classmethod
    def of(cls, kept: dict[str, object]) -> Self:
        """As it is kept in a JSON column."""
        return cls(kept["unit"], kept["count"])  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Run:
    """Spans one after the other, all counted from their anchor: so 31 January leads to 31 March.

    Where they change between days, months and Hijri months, the day reached is the new anchor.
    """

    anchor: date
    unit: Unit = "day"
    steps: int = 0

    @property
    def boundary(self) -> date:
        """The day reached."""
        return plus(self.anchor, Span(self.unit, 1), self.steps)

    def then(self, span: Span) -> Self:
        """One span further."""
        unit, times = _BASE[span.unit]
        if unit != self.unit:
            return type(self)(self.boundary, unit, times * span.count)
        return type(self)(self.anchor, unit, self.steps + times * span.count)


def check_span(unit: Unit, count: int, field: str) -> None:
    """Raises SpanTooLong."""
    if count > MOST[unit]:
        raise SpanTooLong(field=f"{field}.count")


def plus(anchor: date, span: Span, times: int = 1) -> date:
    """The day so many spans after an anchor; a day that its month has not is its last one.

    Counted from the anchor, never from the day before: from 31 January two months are 31 March.
    Beyond 2999 nothing is counted: what would be later is its last day, or the anchor.
    """
    unit, base = _BASE[span.unit]
    try:
        return max(anchor, min(_plus(anchor, unit, base * span.count * times), LAST_DAY))
    except (OverflowError, ValueError):
        return max(anchor, LAST_DAY)


def _plus(anchor: date, unit: Unit, steps: int) -> date:
    if unit == "day":
        return anchor + timedelta(days=steps)
    if unit == "month":
        year, month = divmod(anchor.year * 12 + anchor.month - 1 + steps, 12)
        return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))
    # Umm al-Qura is known until 2077.
    in_table = hijri.plus_months(anchor, steps)
    return in_table or anchor + timedelta(days=round(_LUNAR_MONTH * steps))
