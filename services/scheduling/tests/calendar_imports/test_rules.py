"""What calendars elsewhere mean: lines, times, zones, and what recurs."""

import io
import json
import tracemalloc
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise, product
from time import process_time
from typing import Any

import pytest
import recurring_ical_events
from hijridate import Gregorian
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from background.imports.rules.failures import EmptyFile, FileTooLarge
from chassis.errors import Invalid
from scheduling.calendar_imports.rules.failures import (
    NotACalendar,
    TooManyAppointments,
    TooManyEntries,
)
from scheduling.calendar_imports.rules.lines import MOST_BYTES, check_lines, read_lines
from scheduling.calendar_imports.rules.reading import own_id, read_row, rows_of_calendar
from services.scheduling.tests.calendar_imports.files import calendar, event

NOW = datetime(2031, 3, 10, 8, tzinfo=UTC)
RIYADH, BERLIN = "Asia/Riyadh", "Europe/Berlin"


def rows(file: bytes, **asked: Any) -> list[dict[str, Any]]:
    """What a file's rows say."""
    known = {"timezone": RIYADH, "as_of": NOW.isoformat(), "past": "leave_out", "client_id": None}
    found = rows_of_calendar(io.BytesIO(file), known | asked)
    next(found)
    return [read_row(row) for row in found]


def starts(file: bytes, **asked: Any) -> list[datetime]:
    return [one["starts_at"] for one in rows(file, **asked) if not one["left_out"]]


def code(row: dict[str, Any], name: str = "failure") -> str:
    return str(row[name][0]["code"])


@pytest.mark.parametrize(
    ("start", "end", "starts_at", "ends_at"),
    [
        (":20310401T090000Z", ":20310401T093000Z", "2031-04-01T09:00Z", "2031-04-01T09:30Z"),
        # Floating, and whole days: by the company's clock.
        (":20310401T090000", ":20310401T100000", "2031-04-01T06:00Z", "2031-04-01T07:00Z"),
        (";VALUE=DATE:20310401", None, "2031-03-31T21:00Z", "2031-04-01T21:00Z"),
        (";VALUE=DATE:20310401", ";VALUE=DATE:20310403", "2031-03-31T21:00Z", "2031-04-02T21:00Z"),
        (f";TZID={BERLIN}:20310401T090000", None, "2031-04-01T07:00Z", None),
        (';TZID="Arab Standard Time":20310401T090000', None, "2031-04-01T06:00Z", None),
        (";TZID=W. Europe Standard Time:20310401T090000", None, "2031-04-01T07:00Z", None),
        (";TZID=/example.org/2007/Europe/Berlin:20310401T090000", None, "2031-04-01T07:00Z", None),
        (";TZID=/example.org/America/Argentina/Salta:20310401T090000", None,
         "2031-04-01T12:00Z", None),
        (";TZID=My own:20310401T090000", None, "2031-04-01T00:00Z", None),
    ],
)  # fmt: skip
def test_times_are_instants(
    start: str, end: str | None, starts_at: str, ends_at: str | None
) -> None:
    """SC-09: of every zone that calendars name, by whatever name."""
    zone = ["BEGIN:VTIMEZONE", "TZID:My own", "X-LIC-LOCATION:Asia/Tokyo", "END:VTIMEZONE"]
    [row] = rows(calendar(event("a", start, *([f"DTEND{end}"] if end else [])), before=zone))
    assert row["failure"] is None, row
    assert row["starts_at"] == datetime.fromisoformat(starts_at)
    assert row["ends_at"] == (datetime.fromisoformat(ends_at) if ends_at else None)


@pytest.mark.parametrize(
    ("duration", "minutes"), [("PT90M", 90), ("P1DT2H", 26 * 60), ("P1W", 7 * 24 * 60)]
)
def test_it_takes_as_long_as_it_says(duration: str, minutes: int) -> None:
    [row] = rows(calendar(event("a", ":20310401T090000Z", f"DURATION:{duration}")))
    assert row["ends_at"] - row["starts_at"] == timedelta(minutes=minutes)


def test_texts_are_as_somebody_wrote_them() -> None:
    """SC-09: folded within a letter, escaped, with what no database keeps left away."""
    summary = "SUMMARY;LANGUAGE=ar:استشارة\\, أولى\\; مع\\nسارة \x00\x07".encode()
    place = summary.index("ش".encode()) + 1
    folded = summary[:place] + b"\r\n " + summary[place:]
    plain = calendar(event("a", ":20310401T090000Z", "SUMMARY:x", "LOCATION:الفرع"))
    [row] = rows(plain.replace(b"SUMMARY:x", folded))
    assert (row["title"], row["location"]) == ("استشارة, أولى; مع\nسارة", "الفرع")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1256"])
def test_files_are_read_as_they_are_encoded(encoding: str) -> None:
    file = calendar(event("a", ":20310401T090000Z", "SUMMARY:استشارة أولى")).decode()
    [row] = rows(file.encode(encoding))
    assert row["title"] == "استشارة أولى"


def test_who_comes_is_found_by_address_and_phone() -> None:
    """SC-09"""
    [row] = rows(calendar(event(
        "a", ":20310401T090000Z", 'ATTENDEE;CN="Sara: A";ROLE=CHAIR:MAILTO:Sara@Example.com',
        "ATTENDEE:tel:+966501234567", "ATTENDEE;EMAIL=mona@example.com:urn:uuid:1",
        "ATTENDEE:mailto:sara@example.com", "ATTENDEE:urn:uuid:2",
        "BEGIN:VALARM", "ATTENDEE:mailto:alarm@example.com", "END:VALARM",
    )))  # fmt: skip
    assert row["keys"] == [
        ["email", "sara@example.com"], ["phone", "+966501234567"], ["email", "mona@example.com"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["RRULE:FREQ=SECONDLY"], "recurrence_too_fine"),
        (["RRULE:FREQ=MINUTELY;COUNT=3"], "recurrence_too_fine"),
        (["RRULE:FREQ=HOURLY;INTERVAL=6"], "recurrence_too_fine"),
        (["RRULE:FREQ=DAILY;BYHOUR=1,2,3"], "recurrence_part_not_taken"),
        (["RRULE:FREQ=NEVER"], "recurrence_invalid"),
        (["RRULE:FREQ=DAILY;UNTIL=99991231"], "recurrence_invalid"),
        (["RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"], "recurrence_part_not_taken"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "recurrence_part_not_taken"),
        (["RDATE:" + ",".join(["20310401T090000Z"] * 501)], "recurrence_too_many"),
        (["EXDATE:" + ",".join(["20310401"] * 5_001)], "recurrence_too_many"),
        (["DTEND:tomorrow"], "entry_unreadable"),
        (["DTEND:99991231T235959Z"], "entry_unreadable"),
        (["DURATION:PT"], "entry_unreadable"),
        (["RECURRENCE-ID;RANGE=THISANDFUTURE:20310401T090000Z"], "range_not_taken"),
    ],
)  # fmt: skip
def test_what_means_nothing_is_said_of_its_entry_alone(lines: list[str], expected: str) -> None:
    """SC-09"""
    other = event("b", ":20310401T090000Z")
    row, fine = rows(calendar(event("a", ":20310401T090000Z", "SUMMARY:x", *lines), other))
    assert (code(row), row["title"], row["failure"][0]["message"].keys()) == (
        expected, "x", {"ar", "en"},
    )  # fmt: skip
    assert fine["failure"] is None


@pytest.mark.parametrize(
    "start",
    ["", ":", ":today", ":20310231T090000Z", ":20310401T256199Z", ":99991231", ":00010101",
     ";TZID=Nowhere/Land:20310401T090000", ";TZID=../../etc/passwd:20310401T090000"],
)  # fmt: skip
def test_nobody_knows_when_that_is(start: str) -> None:
    [row] = rows(calendar(event("a", start)))
    assert code(row) in ("entry_unreadable", "unknown_timezone")


@pytest.mark.parametrize(
    "file",
    [
        b"", b"\r\n", b"not a calendar", b"UID:1", b"\xff\xfe\x00", b"\x00" * 1_000, b"PK\x03\x04",
        b"BEGIN:VCARD\r\nEND:VCARD\r\n", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\n", b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n",
        b"END:VCALENDAR\r\n", b"BEGIN:VCALENDAR\r\n" * 100_000,
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nrest\r\n",
    ],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(file: bytes) -> None:
    with pytest.raises((NotACalendar, EmptyFile)):
        read_lines(io.BytesIO(file))


def test_too_much_is_refused() -> None:
    """SC-09: fifty megabytes, a hundred thousand entries, and rules to follow for hours."""
    with pytest.raises(FileTooLarge):
        read_lines(io.BytesIO(b"BEGIN:VCALENDAR\r\n" + b"x" * MOST_BYTES))
    few = b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 100_000
    with pytest.raises(TooManyEntries):
        read_lines(io.BytesIO(b"BEGIN:VCALENDAR\r\n" + few))
    recurring = b"BEGIN:VEVENT\r\nRRULE:FREQ=DAILY\r\nEND:VEVENT\r\n" * 2_001
    with pytest.raises(TooManyEntries):
        read_lines(io.BytesIO(b"BEGIN:VCALENDAR\r\n" + recurring))
    days = (event(str(n), ":20310401T090000Z", "RRULE:FREQ=DAILY;COUNT=500") for n in range(41))
    with pytest.raises(TooManyAppointments):
        rows(calendar(*days))
    old = (event(str(n), ":19000103", "RRULE:FREQ=YEARLY;COUNT=9999") for n in range(200))
    with pytest.raises(TooManyAppointments):
        rows(calendar(*old))
    lines = b"EXDATE:20310401\r\n" * 5_000
    with pytest.raises(NotACalendar):
        read_lines(io.BytesIO(calendar(event("a", ":20310401")).replace(b"UID:a\r\n", lines)))


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


def test_what_has_no_id_is_known_by_what_it_says() -> None:
    file = calendar(event("", ":20310401T090000Z"), event("", ":20310402T090000Z"))
    first, second = rows(file)
    assert first["uid"] != second["uid"] and rows(file)[0]["uid"] == first["uid"]
    [long] = rows(calendar(event("x" * 5_000, ":20310401T090000Z")))
    assert len(long["uid"]) < 100


@pytest.mark.parametrize("uid", ["", "@diwan", "x@diwan", "a@example.com"])
def test_what_is_not_ours(uid: str) -> None:
    assert own_id(uid) is None


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


WORDS = st.sampled_from([
    "BEGIN", "END", "VEVENT", "VCALENDAR", "VALARM", ":", ";", "=", ",", '"', "\r\n", "\n ", "\\",
    "DTSTART", "DTEND", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "TZID", "UID", "DURATION",
    "20310401", "T090000", "Z", "FREQ=DAILY", "INTERVAL=", "COUNT=", "99999999", "-1", "P1D", "/",
    "ATTENDEE", "mailto:", "سارة", "\x00", "\u2028", "BYDAY=", "MO", "VALUE=DATE",
])  # fmt: skip


@given(st.lists(WORDS, max_size=40).map("".join), st.booleans())
def test_nothing_made_up_breaks_anything(text: str, is_within: bool) -> None:
    """SC-09: it is read, or refused in words."""
    file = calendar(["BEGIN:VEVENT", text, "END:VEVENT"]) if is_within else text.encode()
    try:
        found = rows(file)
    except (Invalid, FileTooLarge):
        return
    for one in found:
        assert one["failure"] or one["left_out"] or one["starts_at"]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(file: bytes) -> None:
    """SC-09"""
    with pytest.raises((Invalid, FileTooLarge)):
        rows(file)


def test_a_small_part_of_a_file_is_held() -> None:
    """SC-09: what nobody asked for is passed over, however long; lines of nothing too."""
    file = calendar(event("a", ":20310401", "ATTACH:" + "A" * 4_000_000, "\r\n" * 2_000_000))
    tracemalloc.start()
    try:
        read = read_lines(io.BytesIO(file))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [line.name for line in read.entries[0]] == ["UID", "DTSTART"]
    assert peak < 6 * len(file)


def test_of_an_entry_a_few_lines_are_held() -> None:
    """SC-09: what is said once is held once, and of a file that is only looked through nothing."""
    many = ["UID;A=:"] * 20_000 + [f"ATTENDEE:mailto:{n}@example.com" for n in range(20_000)]
    file = calendar(event("a", ":20310401", *many))
    [lines] = read_lines(io.BytesIO(file)).entries
    assert Counter(line.name for line in lines) == {"UID": 1, "DTSTART": 1, "ATTENDEE": 100}
    assert lines[0].value == "a"
    full = calendar(*(event("a", ":20310401", *many[20_000:20_100]) for _ in range(2_000)))
    times = "EXDATE:" + ",".join(["20310401"] * 5_000)
    dated = calendar(*(event("a", ":20310401", times) for _ in range(41)))
    for read, refused in product((read_lines, check_lines), (full, dated)):
        with pytest.raises(TooManyEntries):
            read(io.BytesIO(refused))
    half = io.BytesIO(calendar(*(event("a", ":20310401") for _ in range(20_000))))
    tracemalloc.start()
    try:
        check_lines(half)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 6 * len(half.getvalue())


@pytest.mark.parametrize(
    "line", ["DTEND:2031\x0004", "DTEND;TZID=a\x00b:20310401T090000", "RRULE:FREQ=A\x00B"]
)
def test_what_no_database_keeps_is_told_of_nowhere(line: str) -> None:
    """SC-09: also where it is told as wrong."""
    [row] = rows(calendar(event("a", ":20310401T090000Z", line)))
    assert row["failure"] and "\\u0000" not in json.dumps(row["failure"])


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
