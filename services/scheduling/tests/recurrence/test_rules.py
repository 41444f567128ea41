"""Rules by which something recurs."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule
from hijridate import Gregorian
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chassis.errors import Failure
from scheduling.recurrence.rules import failures
from scheduling.recurrence.rules.expanding import instant, local_times, occurrences, wall_time
from scheduling.recurrence.rules.moving import moved, split
from scheduling.recurrence.rules.reading import MOST, read

RIYADH = "Asia/Riyadh"
ZONES = (RIYADH, "Europe/London", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe")
FIRST = datetime(2026, 1, 31, 9, 30)

firsts = st.datetimes(datetime(2024, 1, 1), datetime(2031, 12, 31)).map(
    lambda one: one.replace(second=0, microsecond=0, fold=0)
)
weekdays = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


def some(values: st.SearchStrategy[Any]) -> st.SearchStrategy[str]:
    return st.lists(values, min_size=1, max_size=3, unique=True).map(
        lambda found: ",".join(map(str, found))
    )


def nearest(most: int, *, below: int) -> st.SearchStrategy[int]:
    return st.integers(-below, most).filter(bool)


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Rules of every kind that is taken, without their end."""
    frequency = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={frequency}", f"INTERVAL={draw(st.integers(1, 5))}"]
    # Either with a number or without: dateutil has days of both kinds meet, RFC 5545 adds them up.
    numbers = draw(st.sampled_from([[""], ["1", "2", "-1", "-2", "5"]]))
    counted = st.tuples(st.sampled_from(numbers), weekdays).map("".join)
    chosen = {
        "DAILY": {"BYMONTH": st.integers(1, 12), "BYMONTHDAY": nearest(31, below=31),
                  "BYDAY": weekdays},
        "WEEKLY": {"BYMONTH": st.integers(1, 12), "BYDAY": weekdays},
        "MONTHLY": {"BYMONTH": st.integers(1, 12), "BYMONTHDAY": nearest(31, below=31),
                    "BYDAY": counted},
        "YEARLY": {"BYMONTH": st.integers(1, 12), "BYMONTHDAY": nearest(31, below=31),
                   "BYDAY": counted, "BYYEARDAY": nearest(366, below=366),
                   "BYWEEKNO": nearest(53, below=1)},
    }[frequency]  # fmt: skip
    names = draw(st.sets(st.sampled_from(sorted(chosen))))
    if "BYWEEKNO" in names and "BYDAY" in names:
        chosen["BYDAY"] = weekdays
    parts += [f"{name}={draw(some(chosen[name]))}" for name in sorted(names)]
    if names and frequency in ("MONTHLY", "YEARLY") and draw(st.booleans()):
        parts.append(f"BYSETPOS={draw(some(nearest(4, below=4)))}")
    return ";".join([*parts, f"WKST={draw(weekdays)}"])


def by_dateutil(text: str, first: datetime, last: datetime) -> list[datetime]:
    return list(rrule.rrulestr(f"{text};UNTIL={last:%Y%m%dT%H%M%S}", dtstart=first))


@settings(max_examples=400, deadline=None)
@given(texts(), firsts, st.integers(0, 1_400), st.integers(1, 40))
def test_it_recurs_when_dateutil_says_so(
    text: str, first: datetime, days: int, count: int
) -> None:  # fmt: skip
    """SC-01: recurrence until a date, or so many times."""
    last = first + timedelta(days=days)
    expected = by_dateutil(text, first, last)
    until = read(f"{text};UNTIL={last:%Y%m%dT%H%M%S}")
    if not expected or len(expected) > MOST:
        with pytest.raises(failures.TooMany if expected else failures.Never):
            local_times(until, first, RIYADH)
        return
    assert local_times(until, first, RIYADH) == expected
    counted = read(f"{text};COUNT={min(count, len(expected))}")
    assert local_times(counted, first, RIYADH) == expected[:count]


@given(texts(), st.integers(1, 500))
def test_a_rule_is_written_as_it_was_read(text: str, count: int) -> None:
    rule = read(f"RRULE:{text};COUNT={count}".lower())
    assert read(rule.text) == rule


@settings(deadline=None)
@given(texts(), firsts, st.sampled_from(ZONES), st.integers(1, 40))
def test_the_wall_time_stays_whatever_the_clocks_do(
    text: str, first: datetime, zone: str, count: int
) -> None:
    rule = read(f"{text};COUNT={count}")
    try:
        locals_ = local_times(rule, first, zone)
    except (failures.Never, failures.TooLong):
        assume(False)
    for local, moment in zip(locals_, occurrences(rule, first, zone), strict=True):
        seen = wall_time(moment, zone)
        assert local.time() == first.time() and seen - local in (
            timedelta(0), timedelta(minutes=30), timedelta(hours=1),
        )  # fmt: skip
        assert moment.astimezone(ZoneInfo(zone)).fold == 0
        if zone == RIYADH:
            assert seen == local


def test_a_wall_time_that_is_left_out_is_later_and_of_two_it_is_the_first() -> None:
    london = "Europe/London"
    assert instant(datetime(2026, 3, 29, 1, 30), london) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert wall_time(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), london).hour == 2
    assert instant(datetime(2026, 10, 25, 1, 30), london).hour == 0


@settings(deadline=None)
@given(texts(), firsts, st.integers(1, 30), st.sets(st.integers(0, 700), max_size=60))
def test_holidays_are_left_out_and_counted(
    text: str, first: datetime, count: int, off: set[int]
) -> None:
    rule = read(f"{text};COUNT={count}")
    holidays = {first.date() + timedelta(days=one) for one in off}
    try:
        every = local_times(rule, first, RIYADH)
        kept = local_times(rule, first, RIYADH, holidays)
    except (failures.Never, failures.TooLong):
        assume(False)
    assert kept == [one for one in every if one.date() not in holidays]


@settings(deadline=None)
@given(texts(), firsts, firsts, st.integers(1, 40))
def test_moving_a_series_equals_making_it_new(
    text: str, first: datetime, new: datetime, count: int
) -> None:
    """Daily and weekly ones are as much later; others recur by what the new first day is."""
    rule = read(f"{text};COUNT={count}")
    try:
        every = local_times(rule, first, RIYADH)
        later = moved(rule, every[0], new)
        found = local_times(later, new, RIYADH)
    except (failures.Never, failures.TooLong, failures.NotMovable):
        assume(False)
    assert found[0] == new
    if rule.frequency in ("DAILY", "WEEKLY"):
        assert found == [one + (new - every[0]) for one in every]
    assert local_times(read(later.text), new, RIYADH) == found


@settings(deadline=None)
@given(texts(), firsts, st.integers(2, 40), st.data())
def test_a_series_that_is_split_recurs_as_before(
    text: str, first: datetime, count: int, data: st.DataObject
) -> None:
    rule = read(f"{text};COUNT={count}")
    try:
        every = local_times(rule, first, RIYADH)
    except (failures.Never, failures.TooLong):
        assume(False)
    before = data.draw(st.integers(1, count - 1))
    start, rest = split(rule, every[0], before)
    # A part of the first period is gone for what begins within it.
    assume(not rule.by_position)
    found = local_times(start, first, RIYADH) + local_times(rest, every[before], RIYADH)
    assert found == every


@settings(deadline=None)
@given(st.dates(date(2024, 1, 1), date(2060, 1, 1)), st.integers(1, 6), st.integers(2, 30))
def test_hijri_months_keep_their_day_or_have_their_last(
    day: date, interval: int, count: int
) -> None:
    """Ask 23."""
    first = datetime(day.year, day.month, day.day, 20, 15)
    rule = read(f"FREQ=MONTHLY;INTERVAL={interval};COUNT={count}", calendar="hijri")
    assert rule == read(f"RSCALE=ISLAMIC-UMALQURA;{rule.text.partition(';')[2]}")
    try:
        found = local_times(rule, first, RIYADH)
    except failures.TooLong:
        assume(False)
    hijri = [Gregorian(one.year, one.month, one.day).to_hijri() for one in found]
    wanted = Gregorian(day.year, day.month, day.day).to_hijri().day
    assert found[0] == first and len(found) == count
    assert all(one.day == min(wanted, one.month_length()) for one in hijri)
    assert {(b.year - a.year) * 12 + b.month - a.month for a, b in pairwise(hijri)} == {interval}
    start, rest = split(rule, first, count // 2)
    assert local_times(start, first, RIYADH) + local_times(rest, found[count // 2], RIYADH) == found


def test_a_hijri_year_comes_round_in_its_own_time() -> None:
    rule = read("RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY;COUNT=3;SKIP=BACKWARD")
    found = local_times(rule, datetime(2026, 2, 18, 21), RIYADH)  # 1 Ramadan 1447
    hijri = [Gregorian(one.year, one.month, one.day).to_hijri() for one in found]
    assert [(one.year, one.month, one.day) for one in hijri] == [
        (1447, 9, 1), (1448, 9, 1), (1449, 9, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("", failures.NotARecurrence), ("FREQ=DAILY", failures.Endless),
        ("COUNT=3", failures.NotARecurrence), ("FREQ=SOON;COUNT=3", failures.NotARecurrence),
        ("FREQ=HOURLY;COUNT=3", failures.TooFine), ("FREQ=DAILY;COUNT=0", failures.NotARecurrence),
        ("FREQ=DAILY;COUNT=501", failures.TooMany),
        ("FREQ=DAILY;COUNT=3;UNTIL=20270101", failures.EndsTwice),
        ("FREQ=DAILY;COUNT=3;COUNT=3", failures.NotARecurrence),
        ("FREQ=DAILY;UNTIL=20270231", failures.NotARecurrence),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", failures.NotARecurrence),
        ("FREQ=DAILY;UNTIL=00010101T000000Z", failures.NotARecurrence),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", failures.NotARecurrence),
        ("FREQ=DAILY;COUNT=3;BYHOUR=9", failures.PartNotTaken),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=2MO", failures.PartNotTaken),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=XX", failures.NotARecurrence),
        ("FREQ=MONTHLY;COUNT=3;BYMONTHDAY=32", failures.NotARecurrence),
        ("FREQ=MONTHLY;COUNT=3;BYSETPOS=1", failures.PartNotTaken),
        ("FREQ=YEARLY;COUNT=3;BYMONTH=-1", failures.NotARecurrence),
        ("RSCALE=CHINESE;FREQ=YEARLY;COUNT=3", failures.NotARecurrence),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=WEEKLY;COUNT=3", failures.PartNotTaken),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;COUNT=3;BYDAY=MO", failures.PartNotTaken),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;COUNT=3;SKIP=FORWARD", failures.PartNotTaken),
    ],
)  # fmt: skip
def test_what_is_no_rule_is_refused_by_its_field(text: str, failure: type[Failure]) -> None:
    with pytest.raises(failure) as refused:
        read(text, field="recurrence")
    assert refused.value.field == "recurrence" and refused.value.message("en")


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        ("FREQ=DAILY;UNTIL=20280101", failures.TooMany),
        ("FREQ=MONTHLY;UNTIL=20320101", failures.TooLong),
        ("FREQ=YEARLY;COUNT=7", failures.TooLong),
        ("FREQ=DAILY;UNTIL=20250101", failures.Never),
        ("FREQ=YEARLY;COUNT=1;BYMONTH=2;BYMONTHDAY=30", failures.Never),
        ("FREQ=DAILY;INTERVAL=7;COUNT=1;BYDAY=MO", failures.Never),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY;COUNT=9", failures.TooLong),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY;INTERVAL=9;COUNT=2", failures.TooLong),
    ],
)  # fmt: skip
def test_what_does_not_end_in_time_is_refused(text: str, failure: type[Failure]) -> None:
    with pytest.raises(failure) as refused:
        local_times(read(text), FIRST, RIYADH)
    assert refused.value.field == "recurrence"


def test_days_with_a_number_and_days_without_are_added_up() -> None:
    """RFC 5545, 3.3.10: every Saturday, and the second Wednesday."""
    found = local_times(read("FREQ=MONTHLY;COUNT=5;BYDAY=SA,2WE"), datetime(2026, 1, 1, 9), RIYADH)
    assert [one.day for one in found] == [3, 10, 14, 17, 24]


def test_an_end_is_a_day_a_wall_time_or_an_instant() -> None:
    first = datetime(2026, 5, 1, 22)
    for until, count in (
        ("20260503", 3), ("20260503T220000", 3), ("20260503T215959", 2),
        ("20260503T190000Z", 3), ("20260503T185959Z", 2),
    ):  # fmt: skip
        rule = read(f"FREQ=DAILY;UNTIL={until}")
        assert len(local_times(rule, first, RIYADH)) == count


def test_beyond_the_table_of_umm_al_qura_nothing_recurs() -> None:
    rule = read("RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;COUNT=12")
    with pytest.raises(failures.BeyondTheTable):
        local_times(rule, datetime(2077, 9, 1, 9), RIYADH)


@pytest.mark.parametrize(
    ("text", "first", "new", "expected"),
    [
        ("FREQ=MONTHLY;COUNT=3;BYDAY=2MO", (2026, 6, 8), (2026, 6, 9), "2TU"),
        ("FREQ=MONTHLY;COUNT=3;BYDAY=-1FR", (2026, 6, 26), (2026, 6, 25), "-1TH"),
        ("FREQ=WEEKLY;COUNT=3;BYDAY=SU,TU", (2026, 6, 7), (2026, 6, 8), "MO,WE"),
    ],
)  # fmt: skip
def test_the_days_of_a_moved_series_are_moved_with_it(
    text: str, first: tuple[int, int, int], new: tuple[int, int, int], expected: str
) -> None:
    rule = moved(read(text), datetime(*first, 9), datetime(*new, 10))
    assert f"BYDAY={expected}" in rule.text


def test_several_days_of_a_month_are_not_moved() -> None:
    rule = read("FREQ=MONTHLY;COUNT=9;BYMONTHDAY=1,15")
    with pytest.raises(failures.NotMovable):
        moved(rule, datetime(2026, 6, 1, 9), datetime(2026, 6, 2, 9))
    assert moved(rule, datetime(2026, 6, 1, 9), datetime(2026, 6, 1, 11)) == rule
