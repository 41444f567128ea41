"""Calendars as programs elsewhere write them."""

from collections.abc import Iterable
from datetime import datetime


def event(uid: str, start: str, *lines: str) -> list[str]:
    """An entry; `start` is what follows DTSTART: parameters and value."""
    return [
        "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART{start}", *lines,
        "END:VEVENT",
    ]  # fmt: skip


def calendar(*events: Iterable[str], before: Iterable[str] = ()) -> bytes:
    """A whole file of them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//AR", *before]
    for one in events:
        lines += one
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def utc(moment: datetime) -> str:
    """An instant as a calendar writes it."""
    return f":{moment:%Y%m%dT%H%M%SZ}"
