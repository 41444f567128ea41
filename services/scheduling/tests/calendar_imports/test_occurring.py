"""What recurs in calendars of elsewhere."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import process_time

import pytest
import recurring_ical_events
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from scheduling.calendar_imports.rules.failures import (
    TooManyAppointments,
)
from services.scheduling.tests.calendar_imports.files import calendar, event
from services.scheduling.tests.calendar_imports.reading import (
    BERLIN,
    NOW,
    RIYADH,
    code,
    rows,
    starts,
)


@pytest.mark.timeout(60)  # what a library takes for one of them
@pytest.mark.parametrize(
    "rule",
    [
        # Neither has a day; a library looks for it until the year 9999.
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31;COUNT=999999999",
        "FREQ=DAILY;UNTIL=29991231", "FREQ=DAILY;COUNT=999999999",
    ],
)  # fmt: skip
def test_rules_without_an_end_cost_little(rule: str) -> None:
    """SC-09: begun long ago, without a day, or with more than anybody counts."""
    file = calendar(*(
        event(str(n), ";VALUE=DATE:19000103", f"RRULE:{rule}") for n in range(20)
    ))  # fmt: skip
    assert len(rows(file)) <= 20 * 500


def test_rules_that_hurt_are_refused_together() -> None:
    """SC-09: each day of a year against a hundred of them; of all rules, counted or not."""
    hurting = ",".join(f"{n}{day}" for n in range(1, 16) for day in ("MO", "TU", "WE", "TH", "FR"))
    rule = f"RRULE:FREQ=YEARLY;COUNT=999;BYSETPOS=366;BYDAY={hurting}"
    begun = process_time()
    assert len(rows(calendar(*(event(str(n), ":20170101", rule) for n in range(30))))) == 30
    assert process_time() - begun < 3
    for one in (rule, "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20990101"):
        with pytest.raises(TooManyAppointments):
            rows(calendar(*(event(str(n), ":20170101", one) for n in range(2_000))))
    weekly = "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=10"
    assert len(rows(calendar(*(event(str(n), ":20170102", weekly) for n in range(2_000))))) == 2_000


def test_hijri_rules_go_on_as_long_as_others() -> None:
    """SC-06: begun sixteen years ago; and as many as are counted, in their month alone."""
    file = calendar(event("a", ":20150618T090000Z", "RRULE:RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY"))
    assert [f"{one:%F}" for one in starts(file)] == ["2031-12-15"]
    counted = "RSCALE=ISLAMIC-UMALQURA;FREQ=MONTHLY;BYMONTH=9;BYMONTHDAY=1;COUNT=10"
    file = calendar(event("a", ":20260218T090000Z", f"RRULE:{counted}"))
    found = [Gregorian(one.year, one.month, one.day).to_hijri() for one in starts(file)]
    assert {(one.month, one.day) for one in found} == {(9, 1)} and len(found) == 4


def test_what_has_no_end_is_told_as_far_as_it_is_taken_in() -> None:
    """SC-01: a year of what never ends, five years and 500 times of the rest."""
    endless, weekly, daily, ended = (
        rows(calendar(event("a", ":20310401T090000Z", f"RRULE:{rule}")))
        for rule in ("FREQ=MONTHLY", "FREQ=WEEKLY;UNTIL=20450101", "FREQ=DAILY;COUNT=501",
                     "FREQ=DAILY;COUNT=500")
    )  # fmt: skip
    assert [len(found) for found in (endless, weekly, daily, ended)] == [13, 262, 500, 500]
    assert [code(found[-1], "remark") for found in (endless, weekly, daily)] == ["recurs_on"] * 3
    assert "2032-04-01" in endless[-1]["remark"][0]["message"]["en"]
    assert not any(one["remark"] for found in (endless, weekly, daily) for one in found[:-1])
    assert not any(one["remark"] for one in ended)


def test_what_was_is_left_out_or_kept() -> None:
    """SC-09: an entry of its own is told; of a series that began long ago what is to come."""
    file = calendar(
        event("a", ":20310301T090000Z", "DTEND:20310301T100000Z"),
        event("b", ":20010101T090000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        event("c", ":20010101T090000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        # Going on now.
        event("d", ":20310310T073000Z", "DTEND:20310310T083000Z"),
    )
    found = rows(file)
    assert [code(one, "left_out") for one in found if one["left_out"]] == ["over_already"] * 2
    weekly = [one["starts_at"] for one in found if one["uid"] == "b"]
    assert weekly[0] == datetime(2031, 3, 11, 9, tzinfo=UTC) and len(weekly) == 53
    assert [one["uid"] for one in found if not one["left_out"]][-1] == "d"
    kept = rows(file, past="done")
    assert [one["uid"] for one in kept if one["left_out"]] == ["c"]
    before = [one for one in kept if one["uid"] == "b" and one["starts_at"] < NOW]
    assert 255 < len(before) < 265


def test_what_is_changed_by_itself_stands_for_its_time() -> None:
    """SC-09: moved, called off and left out; of two versions the later one counts."""
    file = calendar(
        event("a", ";TZID=Europe/Berlin:20310401T090000", "RRULE:FREQ=DAILY;COUNT=6",
              "EXDATE;TZID=Europe/Berlin:20310402T090000", "EXDATE;VALUE=DATE:20310406",
              "RDATE:20310420T090000Z", "SUMMARY:x"),
        event("a", ":20310403T120000Z", "RECURRENCE-ID:20310403T070000Z", "SEQUENCE:2",
              "SUMMARY:later"),
        event("a", ":20310403T110000Z", "RECURRENCE-ID:20310403T070000Z", "SEQUENCE:1"),
        event("a", ":20310404T070000Z", "RECURRENCE-ID;TZID=Europe/Berlin:20310404T090000",
              "STATUS:CANCELLED"),
    )  # fmt: skip
    found = rows(file)
    assert [
        (one["recurrence"], f"{one['starts_at']:%d %H}", one["title"],
         one["left_out"] and code(one, "left_out"))
        for one in found
    ] == [
        ("20310401T070000Z", "01 07", "x", None), ("20310403T070000Z", "03 12", "later", None),
        ("20310404T070000Z", "04 07", None, "called_off"),
        ("20310405T070000Z", "05 07", "x", None), ("20310420T090000Z", "20 09", "x", None),
    ]  # fmt: skip


def test_what_is_called_off_is_left_out() -> None:
    off = event("a", ":20310401T090000Z", "STATUS:cancelled")
    assert code(rows(calendar(off))[0], "left_out") == "called_off"
    whole = calendar(event("a", ":20310401T090000Z"), before=["METHOD:CANCEL"])
    assert code(rows(whole)[0], "left_out") == "called_off"


def _oracle(file: bytes) -> set[datetime]:
    """By the library that calendars are read with elsewhere, as far as series go here."""
    until = datetime(2031, 4, 1, 23, tzinfo=UTC) + timedelta(days=5 * 366)
    found = recurring_ical_events.of(Calendar.from_ical(file)).between(NOW, until)
    return {one["DTSTART"].dt.astimezone(UTC) for one in found}


def _days(numbers: Iterable[int], zone: str) -> str:
    return f";TZID={zone}:" + ",".join(f"203104{day:02}T090000" for day in numbers)


RULES = st.one_of(
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 9)),
    st.builds(
        "FREQ=WEEKLY;INTERVAL={};BYDAY={};WKST={}".format, st.integers(1, 4),
        st.lists(st.sampled_from(["SU", "MO", "TU", "TH"]), min_size=1, unique=True)
        .map(lambda days: ",".join(["TU", *(day for day in days if day != "TU")])),
        st.sampled_from(["MO", "SU"]),
    ),
    st.builds("FREQ=MONTHLY;INTERVAL={};BYMONTHDAY=1,{}".format, st.integers(1, 3),
              st.sampled_from([15, 28, 31, -1])),
    st.builds("FREQ=MONTHLY;BYDAY=1TU,{}".format, st.sampled_from(["-1FR", "2SU", "3WE"])),
    st.just("FREQ=YEARLY;INTERVAL=1"),
)  # fmt: skip

ENDS = st.one_of(
    st.builds(";COUNT={}".format, st.integers(1, 60)),
    st.builds(";UNTIL=2032{:02}01T000000Z".format, st.integers(1, 6)),
)


@given(
    RULES, ENDS, st.sampled_from([RIYADH, BERLIN, "America/New_York"]),
    st.sets(st.integers(2, 30), max_size=4), st.sets(st.integers(2, 30), max_size=4),
    st.integers(2, 30), st.booleans(),
)  # fmt: skip
def test_what_recurs_is_as_others_read_it(
    rule: str, end: str, zone: str, left_out: set[int], added: set[int], moved: int, is_moved: bool
) -> None:
    """SC-01, SC-09: the times that the library has, of series that begin on the first of April
    2031, a Tuesday, with days left out and added and one of them moved.
    """
    lines = [f"RRULE:{rule}{end}"]
    if left_out:
        lines.append(f"EXDATE{_days(left_out, zone)}")
    if added - left_out:
        lines.append(f"RDATE{_days(added - left_out, zone)}")
    whole = [event("a", f";TZID={zone}:20310401T090000", *lines)]
    plain = _oracle(calendar(*whole))
    at = datetime.fromisoformat(f"2031-04-{moved:02}T09:00").astimezone(UTC)
    if is_moved and any(one.date() == at.date() for one in plain):
        whole.append(event("a", f";TZID={zone}:20310501T130000",
                           f"RECURRENCE-ID;TZID={zone}:203104{moved:02}T090000"))  # fmt: skip
    file = calendar(*whole)
    assert set(starts(file)) == _oracle(file)


def test_a_day_is_a_day_where_clocks_go_forward_at_midnight() -> None:
    """SC-09: Cairo, on a Friday of April."""
    rule = "RRULE:FREQ=DAILY;COUNT=3"
    found = rows(calendar(event("a", ";VALUE=DATE:20310424", rule)), timezone="Africa/Cairo")
    assert [f"{one['ends_at'] - one['starts_at']}" for one in found] == [
        "1 day, 0:00:00", "23:00:00", "1 day, 0:00:00",
    ]  # fmt: skip
    assert all(a["ends_at"] == b["starts_at"] for a, b in pairwise(found))


def test_what_is_changed_may_be_named_by_its_day() -> None:
    file = calendar(
        event("a", f";TZID={BERLIN}:20310401T090000", "RRULE:FREQ=DAILY;COUNT=2"),
        event("a", ":20310402T120000Z", "RECURRENCE-ID;VALUE=DATE:20310402"),
    )
    assert [f"{one:%d %H}" for one in starts(file)] == ["01 07", "02 12"]
