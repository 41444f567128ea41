"""Calendars' files as the rules read them."""

import io
from datetime import UTC, datetime
from typing import Any

from scheduling.calendar_imports.rules.reading import read_row, rows_of_calendar

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
