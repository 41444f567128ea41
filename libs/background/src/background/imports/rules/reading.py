"""Files as rows of texts, the headings first: read one by one, however long the file is."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import IO, Any, Final, Literal
from zipfile import BadZipFile, ZipFile

import openpyxl

from background.imports.rules import cards
from background.imports.rules.encodings import delimiter_of, encoding_of, text_of
from background.imports.rules.failures import FileTooLarge, UnreadableFile

Kind = Literal["csv", "xlsx", "vcf"]
Row = list[str]

MOST_BYTES: Final = 60_000_000
# What a packed file may become: a few kilobytes can stand for gigabytes of zeros.
_MOST_UNPACKED: Final = 600_000_000
_MOST_RATIO: Final = 150
_RATIO_FROM: Final = 20_000_000
_MOST_COLUMNS: Final = 500
_MIDNIGHT: Final = time()


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read."""

    kind: Kind
    encoding: str | None = None
    delimiter: str | None = None


def form_of(content: IO[bytes]) -> Form:
    """By its first bytes, whatever its name; raises UnreadableFile and FileTooLarge."""
    content.seek(0)
    head = content.read(4)
    if head == b"PK\x03\x04":
        _check_unpacked(content)
        return Form("xlsx")
    if head in (b"\xd0\xcf\x11\xe0", b"%PDF"):
        raise UnreadableFile(field="file")
    encoding = encoding_of(content)
    text = text_of(content, encoding)
    start = text.read(1000).lstrip("\ufeff \r\n\t")
    text.detach()
    if start[:11].upper() == "BEGIN:VCARD":
        return Form("vcf", encoding)
    return Form("csv", encoding, delimiter_of(content, encoding))


def rows_of(content: IO[bytes], form: Form) -> Iterator[Row]:
    """Headings, then rows; raises UnreadableFile where the file turns out to be damaged."""
    if form.kind == "xlsx":
        return _of_excel(content)
    encoding = form.encoding or "utf-8"
    if form.kind == "vcf":
        return cards.rows(text_of(content, encoding))
    return _of_csv(content, encoding, form.delimiter or ",")


def _of_csv(content: IO[bytes], encoding: str, delimiter: str) -> Iterator[Row]:
    text = text_of(content, encoding)
    try:
        rows = csv.reader(text, delimiter=delimiter)
        for place, row in enumerate(rows):
            if place == 0:
                row[:1] = [cell.lstrip("\ufeff") for cell in row[:1]]
                if len(row) <= 2 and row and row[0].lower().startswith("sep="):
                    continue
            yield row[:_MOST_COLUMNS]
    except csv.Error as error:
        raise UnreadableFile(field="file") from error
    finally:
        text.detach()


def _of_excel(content: IO[bytes]) -> Iterator[Row]:
    """The first sheet that is shown."""
    try:
        book = openpyxl.load_workbook(content, read_only=True, data_only=True)
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise UnreadableFile(field="file")
        # What the file says of its own size is often wrong.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [_text(cell) for cell in row[:_MOST_COLUMNS]]
        book.close()
    except (BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError) as error:
        raise UnreadableFile(field="file") from error


def _check_unpacked(content: IO[bytes]) -> None:
    """Python's own reader stops where an entry is longer than it says, so that can be believed."""
    try:
        with ZipFile(content) as packed:
            entries = packed.infolist()
    except BadZipFile as error:
        raise UnreadableFile(field="file") from error
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise UnreadableFile(field="file")
    whole = sum(entry.file_size for entry in entries)
    if whole > _MOST_UNPACKED or len(entries) > 10_000:
        raise FileTooLarge(field="file")
    for entry in entries:
        if entry.file_size > max(_RATIO_FROM, entry.compress_size * _MOST_RATIO):
            raise FileTooLarge(field="file")


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):  # with the digits that a spreadsheet keeps and shows
        return str(int(cell)) if cell.is_integer() else f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == _MIDNIGHT else cell.isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)
