"""The audit log as a table: its columns, and what stands in a cell."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson

from chassis.cells import lines
from chassis.i18n import translate

# Headings are in locales/ar.po.
_COLUMNS: Final = {
    "At": "at", "Service": "service", "Actor": "actor", "Action": "action", "Record": "entity",
    "Record id": "entity_id", "Client id": "client_id", "Changes": "changes",
    "Request id": "request_id", "Trace id": "trace_id", "Entry id": "id",
}  # fmt: skip


def start(locale: str) -> str:
    """The first row. Excel takes a file for Unicode only if it begins so."""
    return "\ufeff" + lines([[translate(heading, locale) for heading in _COLUMNS]])


def lines_of(entries: Iterable[Mapping[str, Any]]) -> str:
    """A row for each entry; what is unknown is empty."""
    return lines([_cell(entry[name]) for name in _COLUMNS.values()] for entry in entries)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return orjson.dumps(value).decode() if value else ""
    return "" if value is None else str(value)
