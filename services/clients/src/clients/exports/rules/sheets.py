"""Clients as files: CSV, Excel and vCard, made page by page."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal, Protocol, TypeAlias

import vobject
import xlsxwriter

from chassis.cells import lines
from clients.exports.rules.columns import Words

Format: TypeAlias = Literal["csv", "xlsx", "vcf"]
MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "vcf": "text/vcard; charset=utf-8",
}
_CHUNK: Final = 1 << 16


class Sheet(Protocol):
    """A file that grows by pages of clients."""

    def add(self, clients: Sequence[Mapping[str, Any]]) -> bytes:
        """Take a page in; the bytes that may already be sent."""

    def end(self) -> Iterator[bytes]:
        """Whatever is left to send."""


def sheet(wanted: Format, words: Words) -> Sheet:
    """A new file in the wanted form."""
    if wanted == "vcf":
        return _Cards()
    return _Csv(words) if wanted == "csv" else _Excel(words)


class _Csv:
    def __init__(self, words: Words) -> None:
        self._words = words
        # Excel takes a file for Unicode only if it begins so.
        self._start = "\ufeff" + lines([words.headings()])

    def add(self, clients: Sequence[Mapping[str, Any]]) -> bytes:
        rows = (self._words.row(client) for client in clients)
        text, self._start = self._start + lines(rows), ""
        return text.encode()

    def end(self) -> Iterator[bytes]:
        yield self._start.encode()


class _Excel:
    _MOST_ROWS = 1_048_576

    def __init__(self, words: Words) -> None:
        self._words = words
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed in end()
        self._book = xlsxwriter.Workbook(self._file, {"constant_memory": True})
        self._bold = self._book.add_format({"bold": True})
        self._begin_page()

    def add(self, clients: Sequence[Mapping[str, Any]]) -> bytes:
        for client in clients:
            if self._at == self._MOST_ROWS:
                self._begin_page()
            self._write(self._words.row(client))
        return b""

    def end(self) -> Iterator[bytes]:
        self._book.close()
        with self._file as file:
            file.seek(0)
            while part := file.read(_CHUNK):
                yield part

    def _begin_page(self) -> None:
        self._page, self._at = self._book.add_worksheet(), 0
        self._page.freeze_panes(1, 0)
        if self._words.locale == "ar":
            self._page.right_to_left()
        self._write(self._words.headings(), self._bold)

    def _write(self, cells: Sequence[str], form: Any = None) -> None:
        for column, cell in enumerate(cells):
            if cell:
                # A text is a text here whatever it begins with.
                self._page.write_string(self._at, column, cell, form)
        self._at += 1


class _Cards:
    """vCard 3.0 (RFC 2426), which every address book reads."""

    def add(self, clients: Sequence[Mapping[str, Any]]) -> bytes:
        return "".join(_card(client) for client in clients).encode()

    def end(self) -> Iterator[bytes]:
        return iter(())


def _card(client: Mapping[str, Any]) -> str:
    card = vobject.vCard()
    given, _, family = client["name"].rpartition(" ")
    card.add("uid").value = f"urn:uuid:{client['id']}"
    card.add("fn").value = client["name"]
    card.add("n").value = vobject.vcard.Name(family=family, given=given)
    if client["business_name"]:
        card.add("org").value = [client["business_name"]]
    for phone in client["phones"]:
        _add(card, "tel", phone["e164"] or phone["number"], phone)
    for email in client["emails"]:
        _add(card, "email", email["address"], email)
    for address in client["addresses"]:
        card.add("adr").value = _place(address)
    for link in client["links"]:
        card.add("url").value = link
    if client["tags"]:
        card.add("categories").value = list(client["tags"])
    if client["birth_date"]:
        card.add("bday").value = client["birth_date"]
    card.add("rev").value = client["updated_at"]
    serialized: str = card.serialize(validate=False)
    return serialized


def _add(card: Any, kind: str, value: str, of: Mapping[str, Any]) -> None:
    added = card.add(kind)
    added.value = value
    if of["primary"]:
        added.params["TYPE"] = ["PREF"]


def _place(address: Mapping[str, Any]) -> Any:
    parts = ("building", "street", "district")
    return vobject.vcard.Address(
        street=", ".join(address[part] for part in parts if address.get(part)),
        city=address.get("city") or "", code=address.get("postal_code") or "",
        country=address.get("country_code") or "",
    )  # fmt: skip
