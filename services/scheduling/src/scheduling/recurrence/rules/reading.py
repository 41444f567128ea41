"""Rules by which something recurs: RFC 5545 (3.3.10), and RFC 7529 for the Hijri calendar."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final, Literal, TypeVar, get_args

from chassis.shapes import FIRST_DAY, LAST_DAY
from scheduling.recurrence.rules.failures import (
    Endless,
    EndsTwice,
    NotARecurrence,
    PartNotTaken,
    TooFine,
    TooMany,
)

Frequency = Literal["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]
Calendar = Literal["gregorian", "hijri"]
ValueT = TypeVar("ValueT")
MOST: Final = 500
LONGEST_TEXT: Final = 500
_MOST_INTERVAL: Final = 1_000
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FREQUENCIES: Final[tuple[Frequency, ...]] = get_args(Frequency)
_FINER: Final = ("HOURLY", "MINUTELY", "SECONDLY")
_SCALES: Final[Mapping[str, Calendar]] = {
    "GREGORIAN": "gregorian", "ISLAMIC-UMALQURA": "hijri",
}  # fmt: skip
_DAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}")
_UNTIL: Final = re.compile(r"(\d{8})(?:T(\d{6})(Z)?)?")
# By which frequencies a part narrows or widens a rule (the table of RFC 5545, 3.3.10); the hours
# of a day are no part of what recurs here.
_FITS: Final[Mapping[str, tuple[str, ...]]] = {
    "BYMONTH": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    "BYWEEKNO": ("YEARLY",),
    "BYYEARDAY": ("YEARLY",),
    "BYMONTHDAY": ("DAILY", "MONTHLY", "YEARLY"),
    "BYDAY": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    "BYSETPOS": ("MONTHLY", "YEARLY"),
    "WKST": ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"),
    "SKIP": ("MONTHLY", "YEARLY"),
}  # fmt: skip
_NUMBERS: Final[Mapping[str, int]] = {
    "BYMONTH": 12, "BYWEEKNO": 53, "BYYEARDAY": 366, "BYMONTHDAY": 31, "BYSETPOS": 366,
}  # fmt: skip
_HIJRI: Final = frozenset({"BYMONTH", "BYMONTHDAY", "SKIP", "WKST"})
_ENDS: Final = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "RSCALE"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that was read and checked; `text` writes it again.

    `until` is a day (all of which counts), a local wall time, or an instant. `by_day` holds
    (n, weekday), Monday 0, with n 0 for each such day. In the Hijri calendar months and days of
    the month are Hijri ones, and a day that a month has not is its last.
    """

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    by_month: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_day: tuple[tuple[int, int], ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0
    calendar: Calendar = "gregorian"

    @property
    def names_days(self) -> bool:
        """Whether it says itself on which days; else the first day does."""
        return bool(self.by_week or self.by_year_day or self.by_month_day or self.by_day)

    @property
    def text(self) -> str:
        """The rule as RFC 5545 writes it, without `RRULE:`."""
        return ";".join(f"{name}={value}" for name, value in _parts(self) if value)


def read(text: str, *, field: str = "recurrence", calendar: Calendar | None = None) -> Rule:
    """Read and check a rule; `RRULE:` before it is left away. `calendar` stands for RSCALE.

    Raises NotARecurrence, PartNotTaken, TooFine, Endless, EndsTwice, TooMany.
    """
    return _Reader(field).read(text, calendar)


def read_any(text: str, *, field: str = "recurrence") -> Rule:
    """The same of a rule that was made elsewhere: it may have no end, and recur however often.

    Raises NotARecurrence, PartNotTaken, TooFine, EndsTwice.
    """
    return _Reader(field, is_bounded=False).read(text, None)


class _Reader:
    def __init__(self, field: str, *, is_bounded: bool = True) -> None:
        self._field, self._is_bounded = field, is_bounded

    def read(self, text: str, calendar: Calendar | None) -> Rule:
        parts = self._split(text)
        frequency = self._frequency(parts)
        self._check_end(parts)
        scale = calendar or self._scale(parts)
        self._check_parts(parts, frequency, scale)
        names = ("BYMONTH", "BYWEEKNO", "BYYEARDAY", "BYMONTHDAY", "BYSETPOS")
        months, weeks, year_days, month_days, positions = (
            self._numbers(parts, name) for name in names
        )
        return Rule(
            frequency, self._number(parts, "INTERVAL", 1, _MOST_INTERVAL) or 1,
            self._count(parts), self._until(parts), months, weeks, year_days, month_days,
            self._days(parts, frequency), positions, self._week_start(parts), scale,
        )  # fmt: skip

    def _split(self, text: str) -> dict[str, str]:
        bare = text.strip().upper().removeprefix("RRULE:")
        if not bare or len(bare) > LONGEST_TEXT or not bare.isascii():
            raise NotARecurrence(field=self._field, part="FREQ=…;COUNT=…")
        parts: dict[str, str] = {}
        for part in bare.strip(";").split(";"):
            name, _, value = part.partition("=")
            if not value or name in parts:
                raise NotARecurrence(field=self._field, part=part)
            parts[name] = value
        return parts

    def _frequency(self, parts: Mapping[str, str]) -> Frequency:
        said = parts.get("FREQ", "")
        if said in _FINER:
            raise TooFine(field=self._field)
        for known in _FREQUENCIES:
            if said == known:
                return known
        raise NotARecurrence(field=self._field, part=f"FREQ={said}")

    def _check_end(self, parts: Mapping[str, str]) -> None:
        if self._is_bounded and "COUNT" not in parts and "UNTIL" not in parts:
            raise Endless(field=self._field)
        if "COUNT" in parts and "UNTIL" in parts:
            raise EndsTwice(field=self._field)

    def _scale(self, parts: Mapping[str, str]) -> Calendar:
        said = parts.get("RSCALE", "GREGORIAN")
        if said not in _SCALES:
            raise NotARecurrence(field=self._field, part=f"RSCALE={said}")
        return _SCALES[said]

    def _check_parts(self, parts: Mapping[str, str], frequency: str, scale: Calendar) -> None:
        for name in parts.keys() - _ENDS:
            fits = frequency in _FITS.get(name, ())
            if not fits or (scale == "hijri" and name not in _HIJRI):
                raise PartNotTaken(field=self._field, part=name)
        if scale == "hijri" and frequency not in ("MONTHLY", "YEARLY"):
            raise PartNotTaken(field=self._field, part=f"FREQ={frequency}")
        # What a month has not is its last day with Hijri months, and left out with others.
        if parts.get("SKIP") not in (None, "BACKWARD" if scale == "hijri" else "OMIT"):
            raise PartNotTaken(field=self._field, part=f"SKIP={parts['SKIP']}")
        if "BYSETPOS" in parts and not parts.keys() & (_FITS.keys() - {"BYSETPOS", "WKST", "SKIP"}):
            raise PartNotTaken(field=self._field, part="BYSETPOS")

    def _number(self, parts: Mapping[str, str], name: str, least: int, most: int) -> int | None:
        if (said := parts.get(name)) is None:
            return None
        if not re.fullmatch(r"\d{1,9}", said) or not least <= int(said) <= most:
            raise NotARecurrence(field=self._field, part=f"{name}={said}")
        return int(said)

    def _count(self, parts: Mapping[str, str]) -> int | None:
        count = self._number(parts, "COUNT", 1, 999_999_999)
        if self._is_bounded and count is not None and count > MOST:
            raise TooMany(field=self._field, most=MOST)
        return count

    def _until(self, parts: Mapping[str, str]) -> date | datetime | None:
        if (said := parts.get("UNTIL")) is None:
            return None
        found = _UNTIL.fullmatch(said)
        try:
            if found is None:
                raise ValueError
            day = datetime.strptime(found[1], "%Y%m%d")  # a wall time has no zone
            if not FIRST_DAY <= day.date() <= LAST_DAY:
                raise ValueError
            if found[2] is None:
                return day.date()
            moment = datetime.strptime(found[1] + found[2], "%Y%m%d%H%M%S")
        except ValueError:
            raise NotARecurrence(field=self._field, part=f"UNTIL={said}") from None
        return moment.replace(tzinfo=UTC) if found[3] else moment

    def _numbers(self, parts: Mapping[str, str], name: str) -> tuple[int, ...]:
        most = _NUMBERS[name]
        return self._each(parts, name, lambda one: _in_range(one, most, name == "BYMONTH"))

    def _days(self, parts: Mapping[str, str], frequency: str) -> tuple[tuple[int, int], ...]:
        days = self._each(parts, "BYDAY", _weekday)
        counted = any(number for number, _ in days)
        if counted and (frequency not in ("MONTHLY", "YEARLY") or "BYWEEKNO" in parts):
            raise PartNotTaken(field=self._field, part=f"BYDAY={parts['BYDAY']}")
        return days

    def _each(
        self, parts: Mapping[str, str], name: str, read_one: Callable[[str], ValueT | None]
    ) -> tuple[ValueT, ...]:  # fmt: skip
        if (said := parts.get(name)) is None:
            return ()
        found = [read_one(one) for one in said.split(",")]
        known = [one for one in found if one is not None]
        if len(known) < len(found):
            raise NotARecurrence(field=self._field, part=f"{name}={said}")
        return tuple(dict.fromkeys(known))

    def _week_start(self, parts: Mapping[str, str]) -> int:
        said = parts.get("WKST", "MO")
        if said not in DAYS:
            raise NotARecurrence(field=self._field, part=f"WKST={said}")
        return DAYS.index(said)


def _in_range(text: str, most: int, above_zero: bool) -> int | None:
    number = int(text) if _NUMBER.fullmatch(text) else 0
    fits = 0 < abs(number) <= most and (number > 0 or not above_zero)
    return number if fits else None


def _weekday(text: str) -> tuple[int, int] | None:
    if (found := _DAY.fullmatch(text)) is None:
        return None
    number = int(found[1] or 0)
    if (found[1] and not number) or abs(number) > 53:
        return None
    return number, DAYS.index(found[2])


def _parts(rule: Rule) -> list[tuple[str, str]]:
    is_hijri = rule.calendar == "hijri"
    return [
        ("RSCALE", "ISLAMIC-UMALQURA" if is_hijri else ""), ("FREQ", rule.frequency),
        ("INTERVAL", str(rule.interval) if rule.interval > 1 else ""),
        ("COUNT", str(rule.count or "")), ("UNTIL", _moment(rule.until)),
        ("BYMONTH", _listed(rule.by_month)), ("BYWEEKNO", _listed(rule.by_week)),
        ("BYYEARDAY", _listed(rule.by_year_day)), ("BYMONTHDAY", _listed(rule.by_month_day)),
        ("BYDAY", ",".join(f"{number or ''}{DAYS[day]}" for number, day in rule.by_day)),
        ("BYSETPOS", _listed(rule.by_position)),
        ("WKST", DAYS[rule.week_start] if rule.week_start else ""),
        ("SKIP", "BACKWARD" if is_hijri else ""),
    ]  # fmt: skip


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


def _moment(until: date | datetime | None) -> str:
    if not isinstance(until, datetime):
        return f"{until:%Y%m%d}" if until else ""
    return f"{until:%Y%m%dT%H%M%S}" + ("Z" if until.tzinfo else "")
