"""What calendars elsewhere mean: lines, times, zones, and what recurs."""

import io
import json
import tracemalloc
from collections import Counter
from datetime import datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from background.imports.rules.failures import EmptyFile, FileTooLarge
from chassis.errors import Invalid
from scheduling.calendar_imports.rules.failures import (
    NotACalendar,
    TooManyAppointments,
    TooManyEntries,
)
from scheduling.calendar_imports.rules.lines import MOST_BYTES, check_lines, read_lines
from scheduling.calendar_imports.rules.reading import own_id
from services.scheduling.tests.calendar_imports.files import calendar, event
from services.scheduling.tests.calendar_imports.reading import (
    BERLIN,
    code,
    rows,
)


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


def test_what_has_no_id_is_known_by_what_it_says() -> None:
    file = calendar(event("", ":20310401T090000Z"), event("", ":20310402T090000Z"))
    first, second = rows(file)
    assert first["uid"] != second["uid"] and rows(file)[0]["uid"] == first["uid"]
    [long] = rows(calendar(event("x" * 5_000, ":20310401T090000Z")))
    assert len(long["uid"]) < 100


@pytest.mark.parametrize("uid", ["", "@diwan", "x@diwan", "a@example.com"])
def test_what_is_not_ours(uid: str) -> None:
    assert own_id(uid) is None


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
