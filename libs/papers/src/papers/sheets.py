"""What sheets are made of, as the templates print them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from papers.look import Look
from papers.words import Label, grouped, hijri, ltr, text

Json = dict[str, Any]


def frame(company: str, look: Look, lines: Sequence[Json] = ()) -> Json:
    """What stands on every sheet, whatever it is: who it is from, and how it looks."""
    return {
        "lang": "en" if look.language == "en" else "ar",
        "direction": "ltr" if look.language == "en" else "rtl",
        "company": {"name": text(company), "lines": [*lines]},
        "style": look.style(), "mark": None, "party": None, "facts": [], "parts": [], "texts": [],
        "qr": None,
    }  # fmt: skip


def line(words: Label | None, value: str) -> Json:
    """One of the lines below a name."""
    return {"label": words, "value": value}


def fact(words: Label, value: str) -> Json:
    """One thing about a paper, said already as it is printed."""
    return {"label": words, "value": value, "beside": None}


def day(words: Label, on: date, look: Look, at: str = "") -> Json:
    """A day in both calendars, and the time of it."""
    told = fact(words, ltr(f"{on.isoformat()} {at}".strip()))
    return told | {"beside": hijri(on, look.language) if look.shows_hijri else None}


def day_cell(on: date, look: Look) -> str:
    """The same in a table."""
    other = hijri(on, look.language) if look.shows_hijri else None
    return "\n".join(filter(None, (ltr(on.isoformat()), other)))


def table(columns: Iterable[tuple[Label, bool, bool]], rows: Sequence[list[str]]) -> Json:
    """Columns by what they are called, whether they are of numbers, and wide."""
    named = [
        {"label": words, "number": is_number, "wide": is_wide}
        for words, is_number, is_wide in columns
    ]
    return {"columns": named, "rows": rows}


def amount(words: Label, value: str, *, counted_in: str | None = None) -> Json:
    """A line of what it comes to; one that says what it is counted in is what matters."""
    first, *second = words
    told = [f"{first} ({counted_in})" if counted_in else first, *second]
    return {"label": told, "value": grouped(value), "strong": counted_in is not None}
