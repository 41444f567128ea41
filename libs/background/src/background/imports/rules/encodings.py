"""In which encoding a text file is written, and what separates its cells."""

import codecs
import csv
import io
from collections import Counter
from typing import IO, Final

_PIECE: Final = 1 << 18
_SAMPLE: Final = 1 << 16
_DELIMITERS: Final = (",", ";", "\t", "|", "؛")
_LINES: Final = 30
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")
)  # fmt: skip


def encoding_of(content: IO[bytes]) -> str:
    """By its mark, by its zero bytes, by being valid UTF-8; else what Arabic Windows writes."""
    content.seek(0)
    head = content.read(_SAMPLE)
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if b"\0" in head:
        # The high halves of ASCII signs: after them on little-endian machines, before on others.
        return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"
    return "utf-8" if _is_utf8(content) else "cp1256"


def text_of(content: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """The whole text, read as it is asked for; `detach` it before the file is used again."""
    content.seek(0)
    return io.TextIOWrapper(content, encoding, errors="replace", newline="")


def delimiter_of(content: IO[bytes], encoding: str) -> str:
    """What splits the first lines into most columns, and into the same number each."""
    text = text_of(content, encoding)
    lines = text.read(_SAMPLE).splitlines()[:_LINES]
    text.detach()
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) > 4:
        return lines[0][4]
    return max(_DELIMITERS, key=lambda delimiter: _fitness(lines, delimiter))


def _fitness(lines: list[str], delimiter: str) -> tuple[float, int]:
    try:
        widths = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    [(_, alike)] = Counter(widths).most_common(1)
    return round(alike / len(widths), 1), widths[0]


def _is_utf8(content: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    content.seek(0)
    try:
        while piece := content.read(_PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
