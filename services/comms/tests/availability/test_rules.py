"""When a client may be written to: hours as people type them, and the next moment inside them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comms.availability.rules import Span, Wait, next_open, spans, wait, zone_of

RIYADH = ZoneInfo("Asia/Riyadh")
NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)  # in Riyadh
MOMENTS = st.datetimes(
    datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)
)  # fmt: skip
# The clocks of these do not change; those of the others do, one of them at midnight.
EVEN = st.sampled_from([RIYADH, UTC, ZoneInfo("Asia/Kolkata"), ZoneInfo("Asia/Kathmandu")])
ANY = EVEN | st.sampled_from([ZoneInfo("Africa/Cairo"), ZoneInfo("Europe/Berlin")])
SPAN = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda one: one[0] != one[1])
SPANS = st.lists(SPAN, min_size=1, max_size=3)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("9-12", [(540, 720)]), ("09:30 – 12:45", [(570, 765)]), ("٩-١٢", [(540, 720)]),
        ("9-12, 16:30-20", [(540, 720), (990, 1200)]), ("٩-١٢، ١٦-٢٠", [(540, 720), (960, 1200)]),
        ("9-5", [(540, 1020)]), ("20-2", [(1200, 120)]), ("18-24", [(1080, 1440)]),
        ("18-0", [(1080, 1440)]), ("0-24", [(0, 1440)]), ("8-8", [(480, 1200)]),
        # Notes for people.
        ("", []), ("بعد صلاة العصر", []), ("9-12 and later", []), ("9-12, later", []),
        ("25-26", []), ("9:75-12", []), ("24-3", []), ("13-13", []), ("9", []), ("-", []),
        ("9-12-15", []),
    ],
)  # fmt: skip
def test_hours_are_read_as_people_type_them(text: str, expected: list[Span]) -> None:
    """CL-37"""
    assert spans(text) == expected


@given(st.text(max_size=40) | st.from_regex(r"[0-9:\-–, ]{0,20}"))
def test_no_text_breaks_the_reading(text: str) -> None:
    """CL-37: what is read can be waited for."""
    opens = next_open(NOON, spans(text), RIYADH)
    assert NOON <= opens < NOON + timedelta(days=2)


def _is_inside(moment: datetime, hours: Sequence[Span], zone: tzinfo) -> bool:
    """By going through the minutes of a day."""
    local = moment.astimezone(zone)
    minutes = {
        minute % 1440
        for start, end in hours
        for minute in range(start, end if start < end else end + 1440)
    }
    return local.hour * 60 + local.minute in minutes


@given(MOMENTS, SPANS, ANY)
def test_the_next_moment_is_inside_the_hours(
    moment: datetime, hours: list[Span], zone: tzinfo
) -> None:
    """CL-37: also on the days when clocks change; from there nothing waits any more."""
    opens = next_open(moment, hours, zone)
    assert _is_inside(opens, hours, zone)
    assert moment <= opens <= moment + timedelta(days=3)
    assert next_open(opens, hours, zone) == opens


@given(MOMENTS, SPANS, EVEN)
def test_no_earlier_moment_is_inside_the_hours(
    moment: datetime, hours: list[Span], zone: tzinfo
) -> None:
    """CL-37"""
    opens = next_open(moment, hours, zone)
    earlier, walked = moment, 0
    while earlier < opens:
        assert not _is_inside(earlier, hours, zone)
        earlier, walked = earlier.replace(second=0, microsecond=0) + MINUTE, walked + 1
    assert walked <= 1441


@given(
    MOMENTS, ANY, st.sampled_from(["available", "busy", "do_not_disturb"]),
    st.none() | st.timedeltas(timedelta(days=-400), timedelta(days=400)),
    st.sampled_from(["", "9-12", "20-2", "9-12, 16-20", "later"]),
)  # fmt: skip
def test_a_wait_ends_when_it_says(
    now: datetime, zone: tzinfo, state: str, ahead: timedelta | None, hours: str
) -> None:
    """CL-37: who waits until then need not wait again; nobody waits for what is over."""
    until = (now + ahead).isoformat() if ahead is not None else ""
    said = {"state": state, "until": until, "hours": hours}
    found = wait(said, now, zone)
    if found is None:
        assert not spans(hours) or _is_inside(now, spans(hours), zone)
    elif found.until is None:
        assert state == "do_not_disturb" and (ahead is None or ahead > timedelta(days=366))
    else:
        assert found.until > now and wait(said, found.until, zone) is None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"state": "available"}, None),
        ({"state": "busy", "until": "2026-03-05T09:00:00Z"}, None),
        ({"state": "do_not_disturb", "until": ""}, Wait(None, "do_not_disturb")),
        ({"state": "do_not_disturb", "until": "9999-12-31T23:59:59Z"},
         Wait(None, "do_not_disturb")),
        ({"state": "do_not_disturb", "until": "2026-03-04T08:59:00Z"}, None),
        ({"state": "do_not_disturb", "until": "2026-03-04T12:00:00+03:00", "hours": None}, None),
        ({"state": "do_not_disturb", "until": "2026-03-04T10:00:00Z"},
         Wait(NOON + timedelta(hours=1), "do_not_disturb")),
        ({"hours": "16-20"}, Wait(NOON + timedelta(hours=4), "outside_contact_hours")),
        ({"hours": "9-13"}, None),
        # At the end of the quiet time it is four in the afternoon, and the hours are over.
        ({"state": "do_not_disturb", "until": "2026-03-04T13:00:00Z", "hours": "9-12"},
         Wait(NOON + timedelta(hours=21), "do_not_disturb")),
    ],
)  # fmt: skip
def test_who_is_waited_for_and_until_when(said: dict[str, str], expected: Wait | None) -> None:
    """CL-37"""
    assert wait(said, NOON, RIYADH) == expected


def test_a_zone_that_is_not_known_is_none() -> None:
    assert zone_of("Asia/Riyadh") == RIYADH
    assert [zone_of(name) for name in ("", "Mars/Base", "../x", "\0")] == [UTC] * 4
