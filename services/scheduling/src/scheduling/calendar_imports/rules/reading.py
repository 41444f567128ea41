"""A calendar's file as rows of texts, one for each appointment: the same ones each time."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import IO, Any, Final
from uuid import UUID

import orjson

from background.imports.rules.bodies import Faults
from background.imports.rules.reading import Row
from chassis.errors import Failure
from chassis.i18n import LOCALES
from scheduling.calendar_imports.rules.entries import Key, read_entry
from scheduling.calendar_imports.rules.failures import CalledOff, TooManyAppointments
from scheduling.calendar_imports.rules.lines import read_lines
from scheduling.calendar_imports.rules.occurring import (
    MOST_IN_ALL,
    Bounds,
    Occurrence,
    occurrences,
)
from scheduling.calendar_imports.rules.times import Zones

# All that an appointment is made of stands in one cell.
HEADING: Final = "appointment"


def rows_of_calendar(content: IO[bytes], asked: Mapping[str, Any]) -> Iterator[Row]:
    """A heading, then a row for each appointment; raises as `read_lines`, TooManyAppointments."""
    yield [HEADING]
    read = read_lines(content)
    zones = Zones(asked["timezone"], read.zones)
    bounds = Bounds(datetime.fromisoformat(asked["as_of"]), keeps_past=asked["past"] == "done")
    entries = (read_entry(lines, zones) for lines in read.entries)
    for place, one in enumerate(occurrences(entries, bounds)):
        if place == MOST_IN_ALL:
            raise TooManyAppointments(field="file", most=MOST_IN_ALL)
        yield [_written(one, asked["client_id"], is_cancelled=read.is_cancelled)]


def read_row(row: Row) -> dict[str, Any]:
    """What a row says, with the instants that it was written from."""
    said: dict[str, Any] = orjson.loads(row[0])
    for name in ("starts_at", "ends_at"):
        said[name] = datetime.fromisoformat(said[name]) if said[name] else None
    return said


def keys_of(said: Mapping[str, Any]) -> list[Key]:
    """By what the client of a row may be found."""
    return [(kind, value) for kind, value in said["keys"]]


def otherwise_of(said: Mapping[str, Any]) -> UUID | None:
    """Whose a row is where nobody is found."""
    return UUID(said["otherwise"]) if said["otherwise"] else None


def own_id(uid: str) -> UUID | None:
    """What an entry is the copy of that came from here, or from another company like this."""
    written, _, rest = uid.partition("@")
    if rest != "diwan":
        return None
    try:
        return UUID(written)
    except ValueError:
        return None


def fault(failure: Failure) -> Faults:
    """What a refusal says of an entry, as the report keeps it."""
    message = {locale: failure.message(locale) for locale in LOCALES}
    return [
        {"column": None, "field": failure.field, "code": failure.code, "message": message}
    ]  # fmt: skip


def _written(one: Occurrence, otherwise: str | None, *, is_cancelled: bool) -> str:
    left_out = CalledOff() if is_cancelled else one.left_out
    return orjson.dumps({
        "uid": one.uid, "recurrence": one.recurrence, "title": one.title,
        "location": one.location, "note": one.note, "keys": one.keys, "otherwise": otherwise,
        "starts_at": one.starts_at, "ends_at": one.ends_at,
        "failure": fault(one.failure) if one.failure else None,
        "left_out": fault(left_out) if left_out else None,
        "remark": fault(one.remark) if one.remark else None,
    }).decode()  # fmt: skip
