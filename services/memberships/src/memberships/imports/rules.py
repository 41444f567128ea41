"""Rows of files that are about clients: whose they are, and what they name by its name."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from background.imports.rules.bodies import Mapped, Places, check_columns, filled
from background.imports.rules.failures import SeveralMatch, UnknownPath
from chassis.errors import Failure, Forbidden, Invalid
from chassis.folding import fold_compact

# By which of them a row's client is found, the surest first; then what was written of it.
CLIENT_KEYS: Final = ("code", "external_id", "phone", "email")
ClientKey = tuple[str, str]
CLIENT: Final = "client."
CLIENT_PATHS: Final = frozenset(f"{CLIENT}{key}" for key in CLIENT_KEYS)
_LONGEST: Final = 500
CLIENT_ALIASES: Final[Mapping[str, str]] = {
    "client.code": "client code, customer code, client no, customer no, client number, member no,"
    " member number, member code, membership no, رمز العميل, كود العميل, رقم العميل, رقم الملف,"
    " رقم العضو, رقم المشترك, رقم العضوية, كود العضو",
    "client.external_id": "client id, customer id, member id, client external id, معرف العميل,"
    " معرف العضو, المعرف الخارجي للعميل",
    "client.phone": "phone, mobile, phone number, mobile number, client phone, member phone,"
    " الجوال, جوال, رقم الجوال, جوال العميل, الهاتف, رقم الهاتف, هاتف العميل, الموبايل",
    "client.email": "email, e-mail, client email, member email, البريد, البريد الإلكتروني,"
    " بريد العميل, الإيميل",
}  # fmt: skip


class ClientsUnread(Forbidden):
    """Clients are found in the name of who imports."""

    code = "clients_unread"
    detail = "You may not read clients, by whom the rows are found."


class ColumnNeeded(Invalid):
    """Nothing can be known without it."""

    code = "column_needed"
    detail = "Say which column holds this."


class NotATable(Invalid):
    """An address book holds nothing that was sold."""

    code = "unreadable_file"
    detail = "Memberships and credit are imported from CSV or Excel (xlsx)."


class ClientNeeded(Invalid):
    """A row that is nobody's."""

    code = "key_empty"
    detail = "This row does not say whose it is."


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may name: by its keys, each of which is one's alone, else by its names."""

    keys: Mapping[str, UUID]
    names: Mapping[str, frozenset[UUID]]

    def named(self, text: str, field: str, missing: type[Failure]) -> UUID:
        """Raises `missing`, and SeveralMatch."""
        if found := self.keys.get(text) or self.keys.get(text.lower()):
            return found
        ids = self.names.get(fold_compact(text), frozenset())
        if len(ids) > 1:
            raise SeveralMatch(field=field)
        if not ids:
            raise missing(field=field)
        return next(iter(ids))


def known(records: Iterable[tuple[UUID, Mapping[str, str], str | None]]) -> Known:
    """Of ids, names by language, and what other systems call them."""
    keys, names = dict[str, UUID](), dict[str, set[UUID]]()
    for one, name, external_id in records:
        keys |= {key: one for key in (external_id, str(one)) if key}
        for word in name.values():
            names.setdefault(fold_compact(word), set()).add(one)
    return Known(keys, {word: frozenset(ids) for word, ids in names.items()})


def paths_of(aliases: Mapping[str, str]) -> dict[str, str]:
    """The path that each heading stands for."""
    return {
        fold_compact(word): path for path, words in aliases.items() for word in words.split(",")
    }


def suggested(headings: Sequence[str], paths: Mapping[str, str]) -> dict[str, list[str]]:
    """A mapping of paths to columns by their headings."""
    found: dict[str, list[str]] = {}
    for heading in headings:
        path = paths.get(fold_compact(heading)) if heading.strip() else None
        if path and path not in found and headings.count(heading) == 1:
            found[path] = [heading]
    return found


def check_mapping(
    mapping: Mapped, headings: Sequence[str], paths: frozenset[str],
    needed: Sequence[tuple[str, ...]],
) -> None:  # fmt: skip
    """Of each of what is `needed` one has to be there, the first of them where none is told; and
    whose a row is.

    Raises UnknownPath, UnknownColumn and ColumnNeeded.
    """
    for path in mapping:
        if path not in paths | CLIENT_PATHS:
            raise UnknownPath(field=f"mapping.{path}")
    check_columns(mapping, headings)
    if CLIENT_PATHS.isdisjoint(mapping):
        raise ColumnNeeded(field="mapping.client.code")
    for one in needed:
        if mapping.keys().isdisjoint(one):
            raise ColumnNeeded(field=f"mapping.{one[0]}")


def client_of(row: Sequence[str], places: Places) -> ClientKey | None:
    """By what a row's client is found: the surest of the keys that it has, none that is no key."""
    own = {path: places[path] for path in places if path.startswith(CLIENT)}
    given = {
        path.removeprefix(CLIENT): cells[0][0] for path, cells in filled(row, own)
        if len(cells[0][0]) <= _LONGEST
    }  # fmt: skip
    return next(((key, given[key]) for key in CLIENT_KEYS if key in given), None)
