"""Rows as bodies of the API: which cell becomes what, and which column is at fault."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from background.imports.rules.bodies import (
    UPDATE,
    Body,
    Mapped,
    Mode,
    Places,
    check_columns,
    check_key,
    filled,
)
from background.imports.rules.cells import amount, day, parts
from background.imports.rules.failures import UnknownPath
from chassis.folding import fold_compact
from clients.clients.rules.keys import Key
from clients.custom_fields.rules.definitions import Definitions
from clients.imports.rules import cells
from clients.imports.rules.failures import NameMissing

KEY_PATHS: Final[Mapping[str, str]] = {
    "phone": "phones.number", "email": "emails.address", "code": "code",
    "external_id": "external_id",
}  # fmt: skip
_PLAIN: Final = {
    "business_name", "code", "currency", "tax_number", "registration_number", "national_id",
    "source", "external_id", "credit_limit", "opening_balance", "invoicing_method", "barcode",
}  # fmt: skip
_AMOUNTS: Final = {"credit_limit", "opening_balance"}
# Cells with the name of something instead of its id.
NAMED: Final = (
    "folder_id", "status_id", "pinned_status_id", "follow_up_status_id", "category_id",
)  # fmt: skip
_ADDRESS: Final = {
    f"addresses.{part}" for part in (
        "label", "building", "street", "district", "city", "postal_code", "additional_number",
        "country_code",
    )
}  # fmt: skip
_LISTS: Final = {"phones.number": "number", "emails.address": "address"}
_LABELS: Final = {"phones.label", "emails.label"}
PATHS: Final = {
    "name", "birth_date", "country_code", "tags", "links", "staff.user_id", *_PLAIN, *cells.WORDS,
    *NAMED, *_ADDRESS, *_LISTS, *_LABELS,
}  # fmt: skip
_CUSTOM: Final = "custom_fields."


@dataclass(frozen=True, slots=True)
class Names:
    """What cells may call things by: folders, statuses and the like, custom fields, people."""

    ids: Mapping[tuple[str, str], Sequence[UUID]]
    fields: Definitions
    zone: str = "UTC"

    def id_of(self, path: str, cell: str) -> str:
        """The id that a cell names; what is unknown stays as it is, to be refused by its type."""
        found = self.ids.get((path, fold_compact(cell)), ())
        return str(found[0]) if found else cell


def check_mapping(
    mapping: Mapped, headings: Sequence[str], fields: Definitions, mode: Mode, key: Key | None
) -> None:
    """Raises UnknownPath, UnknownColumn, NameMissing, KeyMissing and KeyNotMapped."""
    for path in mapping:
        known = path in PATHS or path.removeprefix(_CUSTOM) in fields.by_key
        if not known or (path.startswith(_CUSTOM) and not path.removeprefix(_CUSTOM)):
            raise UnknownPath(field=f"mapping.{path}")
    check_columns(mapping, headings)
    if mode != UPDATE and "name" not in mapping:
        raise NameMissing(field="mapping.name")
    check_key(mapping, mode, key, KEY_PATHS[key] if key else "")


def body_of(row: Sequence[str], places: Places, names: Names) -> Body:
    """A row's cells, read; empty ones are not there. `places` are the columns of each path."""
    body = Body()
    for path, cells_of_path in filled(row, places):
        _take(body, path, cells_of_path, names)
    return body


def _take(body: Body, path: str, given: Sequence[tuple[str, str]], names: Names) -> None:
    cell, heading = given[0]
    if path in _LISTS:
        _take_contacts(body, path, given)
    elif path in _ADDRESS:
        _take_address(body, path, cell, heading)
    elif path in ("tags", "links", "staff.user_id"):
        _take_many(body, path, given, names)
    elif path.startswith(_CUSTOM):
        key = path.removeprefix(_CUSTOM)
        value = cells.custom(names.fields.by_key[key], cell, names.zone)
        body.values.setdefault("custom_fields", {})[key] = value
        body.origins[path] = heading
    elif path in _LABELS:
        body.origins[path] = heading
        for entry in body.values.get(path.partition(".")[0], ()):
            entry["label"] = cell
    else:
        body.values[path] = _plain(body, path, given, names)
        body.origins[path] = heading


def _plain(body: Body, path: str, given: Sequence[tuple[str, str]], names: Names) -> str:
    cell = given[0][0]
    if path == "status_id":
        own = names.id_of(f"status_id:{body.values.get('folder_id')}", cell)
        return own if own != cell else names.id_of(path, cell)
    if path == "name":  # a given name and a family name, in two columns
        return " ".join(part for part, _ in given)
    if path in NAMED:
        return names.id_of(path, cell)
    if path in cells.WORDS:
        return cells.word(path, cell)
    if path == "country_code":
        return cells.country(cell)
    if path in _AMOUNTS:
        return amount(cell)
    return day(cell) if path == "birth_date" else cell


def _take_contacts(body: Body, path: str, given: Sequence[tuple[str, str]]) -> None:
    name, part = path.split(".")
    entries = body.values.setdefault(name, [])
    seen = {entry[part] for entry in entries}
    for cell, heading in given:
        for one in parts(cell):
            if one not in seen:
                seen.add(one)
                body.origins[f"{name}.{len(entries)}"] = heading
                entries.append({part: one})


def _take_address(body: Body, path: str, cell: str, heading: str) -> None:
    part = path.partition(".")[2]
    [address] = body.values.setdefault("addresses", [{}])
    address[part] = cells.country(cell) if part == "country_code" else cell
    body.origins[f"addresses.0.{part}"] = heading


def _take_many(body: Body, path: str, given: Sequence[tuple[str, str]], names: Names) -> None:
    found = [one for cell, _ in given for one in parts(cell)]
    name = path.partition(".")[0]
    if name == "staff":
        users = dict.fromkeys(names.id_of(path, one) for one in found)
        body.values[name] = [{"user_id": user, "role": "owner"} for user in users]
    else:
        body.values[name] = list(dict.fromkeys(found))
    body.origins[name] = given[0][1]
