"""The entries of a calendar's file, line by line (RFC 5545, 3.1).

Own code, and not the library that writes calendars here: what others send may be made to hurt.
This holds a few texts of each entry, whatever else a file is full of, and calls nothing that
calls itself.
"""

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Final

from background.imports.rules.encodings import encoding_of
from background.imports.rules.failures import EmptyFile, FileTooLarge
from scheduling.calendar_imports.rules.failures import NotACalendar, TooManyEntries

MOST_BYTES: Final = 10_000_000
MOST_ENTRIES: Final = 20_000
# A rule takes as long to follow as hundreds of entries.
MOST_RECURRING: Final = 2_000
# Calendar, entry, alarm; what is deeper is no calendar.
_DEEPEST: Final = 8
# Of an entry: days left out or added, who comes.
_MOST_LINES: Final = 3_000
# Far more come than anybody is looked for by.
_MOST_ATTENDEES: Final = 100
# Of all entries, and times that such a line has: each takes half a kilobyte.
_MOST_KEPT: Final = 200_000
_LONGEST_HEAD: Final = 2_000
_WANTED: Final = frozenset({
    "UID", "RECURRENCE-ID", "SEQUENCE", "STATUS", "SUMMARY", "DESCRIPTION", "LOCATION",
    "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "ATTENDEE",
})  # fmt: skip
_REPEATED: Final = frozenset({"RRULE", "RDATE", "EXDATE", "ATTENDEE"})
_TIMES: Final = frozenset({"RDATE", "EXDATE"})
_OF_ZONE: Final = frozenset({"TZID", "X-LIC-LOCATION"})
_LINES: Final = re.compile(r"[^\r\n]+")
_FOLDS: Final = re.compile(r"\r?\n[ \t]")
_FOLDED_BYTES: Final = re.compile(rb"\r?\n[ \t]")
_NAME: Final = re.compile(r"[A-Za-z0-9-]{1,40}")
_MARKS: Final = re.compile('[":]')
_PARAMETER: Final = re.compile(r';([A-Za-z0-9-]{1,40})=(?:"([^"]*)"|([^";:]*))')
# Neither a database nor JSON keeps a zero; the others mean nothing in a text.
_CONTROLS: Final = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says: its parameters by name, and its value as it is written."""

    name: str
    parameters: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Read:
    """What is read of a file: its entries, each a few lines; and where its own zones are."""

    entries: list[list[Line]] = field(default_factory=list)
    zones: dict[str, str] = field(default_factory=dict)
    is_cancelled: bool = False


def read_lines(content: IO[bytes]) -> Read:
    """Raises FileTooLarge, NotACalendar, TooManyEntries and EmptyFile."""
    return _read(content, _Reader())


def check_lines(content: IO[bytes]) -> None:
    """The same of a file that is only looked through: nothing of it is held."""
    _read(content, _Reader(is_holding=False))


def _read(content: IO[bytes], reader: "_Reader") -> Read:
    for text in _lines(content):
        reader.take(text)
    return reader.finished()


class _Reader:
    """Where in the file one is: within which components, and what they have said."""

    def __init__(self, *, is_holding: bool = True) -> None:
        self._is_holding = is_holding
        self._read = Read()
        self._within: list[str] = []
        self._entry: list[Line] = []
        self._said = Counter[str]()
        self._zone: dict[str, str] = {}
        self._entries = self._recurring = self._kept = 0

    def take(self, text: str) -> None:
        """The next line."""
        name = _NAME.match(text)
        said = name[0].upper() if name else ""
        if said == "BEGIN":
            self._begin(_component(text))
        elif said == "END":
            self._end(_component(text))
        elif not self._within:
            raise NotACalendar(field="file")
        elif self._is_wanted(said) and (line := _line(said, text)) is not None:
            self._note(line)

    def finished(self) -> Read:
        """All that was read, where the file is whole."""
        if self._within:
            raise NotACalendar(field="file")
        if not self._entries:
            raise EmptyFile(field="file")
        return self._read

    def _is_wanted(self, name: str) -> bool:
        within = self._within[-1]
        if within == "VEVENT":
            return name in _WANTED and self._is_more(name)
        return name in _OF_ZONE if within == "VTIMEZONE" else name == "METHOD"

    def _is_more(self, name: str) -> bool:
        """Whether anybody asks for one more of these; what is said once is said first."""
        most = _MOST_ATTENDEES if name == "ATTENDEE" else _MOST_LINES + 1
        return self._said[name] < (most if name in _REPEATED else 1)

    def _note(self, line: Line) -> None:
        within = self._within[-1]
        if within == "VEVENT":
            self._said[line.name] += 1
            # Each time that is left out or added is held as a line is.
            self._kept += 1 + (line.value.count(",") if line.name in _TIMES else 0)
            if self._said.total() > _MOST_LINES:
                raise NotACalendar(field="file")
            if self._kept > _MOST_KEPT:
                raise _too_many()
            if self._is_holding:
                self._entry.append(line)
        elif within == "VTIMEZONE":
            self._zone[line.name] = line.value.strip()
        elif line.value.strip().upper() == "CANCEL":
            self._read.is_cancelled = True

    def _begin(self, name: str) -> None:
        if (not self._within and name != "VCALENDAR") or len(self._within) == _DEEPEST:
            raise NotACalendar(field="file")
        self._within.append(name)
        if name == "VEVENT":
            self._entry, self._said = [], Counter()
        elif name == "VTIMEZONE":
            self._zone = {}

    def _end(self, name: str) -> None:
        if not self._within or self._within.pop() != name:
            raise NotACalendar(field="file")
        if name == "VEVENT":
            self._keep()
        elif name == "VTIMEZONE" and "X-LIC-LOCATION" in self._zone and self._is_holding:
            self._read.zones[self._zone.get("TZID", "")] = self._zone["X-LIC-LOCATION"]

    def _keep(self) -> None:
        self._entries += 1
        self._recurring += bool(self._said["RRULE"] or self._said["RDATE"])
        if self._is_holding:
            self._read.entries.append(self._entry)
        if self._entries > MOST_ENTRIES or self._recurring > MOST_RECURRING:
            raise _too_many()


def _too_many() -> TooManyEntries:
    return TooManyEntries(field="file", most=MOST_ENTRIES, most_recurring=MOST_RECURRING)


def cleaned(text: str) -> str:
    """A text as somebody meant it, its escapes resolved (RFC 5545, 3.3.11)."""
    found = re.sub(r"\\(.)", lambda mark: "\n" if mark[1] in "nN" else mark[1], text)
    return found.translate(_CONTROLS).strip()


def _lines(content: IO[bytes]) -> Iterator[str]:
    """Unfolded before they are decoded: some fold within a letter."""
    content.seek(0)
    written = content.read(MOST_BYTES + 1)
    if len(written) > MOST_BYTES:
        raise FileTooLarge(field="file")
    if b"\0" in written[:4] or written[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
        text = _FOLDS.sub("", written.decode(encoding_of(content), "replace"))
    else:
        text = _decoded(_FOLDED_BYTES.sub(b"", written))
    for found in _LINES.finditer(text.lstrip("\ufeff")):
        # Parts of a line are told as they are written, where they are wrong.
        if (line := found[0].translate(_CONTROLS)).strip():
            yield line


def _decoded(written: bytes) -> str:
    try:
        return written.decode("utf-8-sig")
    except UnicodeDecodeError:
        # As Arabic Windows writes, where it is not a letter here and there that is broken.
        text = written.decode("utf-8", "replace")
        broken, foreign = text.count("\ufffd"), sum(not one.isascii() for one in text)
        return text if broken * 5 < foreign else written.decode("cp1256", "replace")


def _component(text: str) -> str:
    return text.partition(":")[2].strip().upper()[:40]


def _line(name: str, text: str) -> Line | None:
    """None where it is no line of a calendar."""
    colon = _colon(text)
    if not 0 < colon <= _LONGEST_HEAD:
        return None
    found = _PARAMETER.findall(text[len(name) : colon])
    given = {key.upper(): quoted or bare for key, quoted, bare in found}
    return Line(name, given, text[colon + 1 :])


def _colon(text: str) -> int:
    """Where the value begins: behind the first colon that stands in no quotes."""
    is_quoted = False
    for mark in _MARKS.finditer(text, 0, _LONGEST_HEAD + 1):
        if mark[0] == '"':
            is_quoted = not is_quoted
        elif not is_quoted:
            return mark.start()
    return -1
