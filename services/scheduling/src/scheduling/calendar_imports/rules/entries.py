"""What an entry of a calendar says, read from its lines."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Final

from chassis.errors import Invalid
from scheduling.calendar_imports.rules.failures import RangeNotTaken, Unreadable
from scheduling.calendar_imports.rules.lines import Line, cleaned
from scheduling.calendar_imports.rules.times import Moment, Zones, duration, moment, moments
from scheduling.recurrence.rules.failures import PartNotTaken, TooMany
from scheduling.recurrence.rules.reading import MOST, Rule, read_any

Key = tuple[str, str]
# Of those who come; who is behind them is seldom the client.
MOST_KEYS: Final = 10
# Ten years of days.
_MOST_LEFT_OUT: Final = 5_000
_LONGEST_UID: Final = 300
_LONGEST_KEY: Final = 200
# As long as an appointment's own may be.
_LONGEST: Final = {"SUMMARY": 200, "LOCATION": 200, "DESCRIPTION": 10_000}
_SCHEMES: Final = {"mailto": "email", "tel": "phone"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One VEVENT; `length` is None where it does not say how long it takes.

    `instead_of` is the time of its series at which it stands for another one (RECURRENCE-ID).
    """

    uid: str
    sequence: int
    is_cancelled: bool
    title: str | None
    location: str | None
    note: str | None
    keys: tuple[Key, ...]
    start: Moment
    length: timedelta | None
    rule: Rule | None
    added: tuple[Moment, ...]
    left_out: tuple[Moment, ...]
    instead_of: Moment | None

    @property
    def recurs(self) -> bool:
        """Whether it stands for several."""
        return self.rule is not None or bool(self.added)


@dataclass(frozen=True, slots=True)
class Broken:
    """One that cannot be taken in, and why."""

    uid: str
    title: str | None
    failure: Invalid


def read_entry(lines: Sequence[Line], zones: Zones) -> Entry | Broken:
    """What some lines say, or why that cannot be known."""
    reader = _Reader(lines, zones)
    try:
        return reader.entry()
    except Invalid as failure:
        return Broken(reader.uid, reader.text("SUMMARY"), failure)


class _Reader:
    def __init__(self, lines: Sequence[Line], zones: Zones) -> None:
        self._lines, self._zones = lines, zones
        self.uid = self._uid()

    def entry(self) -> Entry:
        start_line = self._one("DTSTART")
        if start_line is None:
            raise Unreadable(field="starts_at", part="DTSTART")
        start = moment(start_line, self._zones)
        return Entry(
            uid=self.uid, sequence=self._sequence(),
            is_cancelled=(self.text("STATUS") or "").upper() == "CANCELLED",
            title=self.text("SUMMARY"), location=self.text("LOCATION"),
            note=self.text("DESCRIPTION"), keys=self._keys(), start=start,
            length=self._length(start), rule=self._rule(), added=self._moments("RDATE"),
            left_out=self._moments("EXDATE"), instead_of=self._instead_of(),
        )  # fmt: skip

    def text(self, name: str) -> str | None:
        """A text, as long as it may be."""
        line = self._one(name)
        if line is None:
            return None
        return cleaned(line.value)[: _LONGEST.get(name, _LONGEST_KEY)].strip() or None

    def _one(self, name: str) -> Line | None:
        return next((line for line in self._lines if line.name == name), None)

    def _uid(self) -> str:
        """What it is known by; where it says nothing itself, all that it says."""
        line = self._one("UID")
        said = cleaned(line.value) if line else ""
        if 0 < len(said) <= _LONGEST_UID:
            return said
        whole = said or "\n".join(f"{one.name}:{one.value}" for one in self._lines)
        return f"sha256:{sha256(whole.encode()).hexdigest()}"

    def _sequence(self) -> int:
        said = self.text("SEQUENCE") or ""
        return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0

    def _length(self, start: Moment) -> timedelta | None:
        if (line := self._one("DTEND")) is not None:
            end = moment(line, self._zones)
            took = end.local - start.local if start.is_day else end.at - start.at
            return took or None
        if (line := self._one("DURATION")) is not None:
            return duration(line) or None
        return timedelta(days=1) if start.is_day else None

    def _rule(self) -> Rule | None:
        rules = [line for line in self._lines if line.name == "RRULE"]
        if len(rules) > 1 or self._one("EXRULE"):
            raise PartNotTaken(field="recurrence", part="EXRULE" if len(rules) < 2 else "RRULE")
        return read_any(rules[0].value) if rules else None

    def _moments(self, name: str) -> tuple[Moment, ...]:
        lines = [line for line in self._lines if line.name == name]
        most = MOST if name == "RDATE" else _MOST_LEFT_OUT
        # Counted before they are read: a line may have hundreds of thousands.
        if sum(line.value.count(",") + 1 for line in lines) > most:
            raise TooMany(field="recurrence", most=most)
        return tuple(one for line in lines for one in moments(line, self._zones))

    def _instead_of(self) -> Moment | None:
        line = self._one("RECURRENCE-ID")
        if line is None:
            return None
        if "RANGE" in line.parameters:
            raise RangeNotTaken(field="recurrence")
        return moment(line, self._zones)

    def _keys(self) -> tuple[Key, ...]:
        """By what those are found who come: addresses, and phones."""
        found = dict[Key, None]()
        for line in self._lines:
            if line.name == "ATTENDEE" and (key := _key(line)) is not None:
                found[key] = None
        return tuple(found)[:MOST_KEYS]


def _key(line: Line) -> Key | None:
    scheme, _, address = line.value.strip().partition(":")
    kind = _SCHEMES.get(scheme.lower())
    if kind is None:
        kind, address = "email", line.parameters.get("EMAIL", "")
    said = cleaned(address.partition("?")[0])
    if kind == "email":
        said = said.lower()
    return (kind, said) if 0 < len(said) <= _LONGEST_KEY else None
