"""Rows of CSV files, harmless to open."""

import csv
import io
import re
from collections.abc import Iterable
from typing import Final

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection").
_FORMULA: Final = re.compile(r"^[=+\-@\t\r\n]")
# Runs as nothing: phones, and an amount below zero, which is to be reckoned with.
_PLAIN: Final = re.compile(r"\+\d+(, \+\d+)*|-\d+(\.\d+)?")


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _PLAIN.fullmatch(cell) else cell


def lines(rows: Iterable[Iterable[str]]) -> str:
    """The rows as CSV (RFC 4180), every cell made harmless."""
    made = io.StringIO(newline="")
    csv.writer(made).writerows([harmless(cell) for cell in row] for row in rows)
    return made.getvalue()
