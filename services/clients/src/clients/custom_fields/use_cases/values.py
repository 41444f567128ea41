"""Values of custom fields on clients: checked, and kept with what they are found by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from chassis.work import UnitOfWork
from clients.custom_fields.repository import CustomFieldRepository
from clients.custom_fields.rules import values as rules
from clients.custom_fields.rules.definitions import Definitions
from clients.custom_fields.rules.filters import (
    FieldFilter,
    field_filters,
    field_named,
    grouped,
)  # fmt: skip
from clients.custom_fields.use_cases.definitions import definitions


class _Client(Protocol):
    """A client, as far as it matters here: clients build on custom fields."""

    @property
    def folder_id(self) -> UUID:
        """Where it is."""
        ...

    @property
    def custom_fields(self) -> dict[str, Any]:
        """The values it has."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """The values of one client as they will be, and the fields that they are checked against."""

    values: dict[str, Any]
    before: Mapping[str, Any]
    fields: Definitions

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of the client's row."""
        text = rules.searched_text(self.fields, self.values)
        return {"custom_fields": self.values, "custom_text": text}


async def values_of_new(
    work: UnitOfWork, folder_id: UUID, given: Mapping[str, Any] | None, country: str
) -> Written:
    """The values of a new client in the folder; raises Invalid, naming each field."""
    fields = await _fields_for(work, given or ())
    return Written(rules.created(fields, folder_id, given or {}, country), {}, fields)


async def values_after(
    work: UnitOfWork, client: _Client, given: Mapping[str, Any] | None, country: str
) -> Written:
    """The values of a client after a merge patch; raises Invalid, naming each field."""
    stored = client.custom_fields
    fields = await _fields_for(work, given if given is not None else stored)
    values = rules.changed(fields, client.folder_id, stored, given, country)
    return Written(values, stored, fields)


async def keep(work: UnitOfWork, client_id: UUID, written: Written) -> None:
    """Write what the client is found by beside it; raises ValueTaken."""
    if written.values == written.before:
        return
    fields, beside = written.fields, CustomFieldRepository(work)
    old_places = rules.positions(fields, written.before)
    places = rules.positions(fields, written.values)
    old_keys = rules.unique_keys(fields, written.before)
    keys = rules.unique_keys(fields, written.values)
    await beside.release(
        client_id, places=list(old_places.keys() - places.keys()),
        unique=[field_id for field_id in old_keys if old_keys[field_id] != keys.get(field_id)],
    )  # fmt: skip
    await beside.place(client_id, dict(places.items() - old_places.items()))
    taken = await beside.take(client_id, dict(keys.items() - old_keys.items()))
    if taken:
        keyed = sorted(key for key, field in fields.by_key.items() if field.id in taken)
        raise rules.ValueTaken(field=f"custom_fields.{keyed[0]}")


async def filters_by_fields(
    work: UnitOfWork, parameters: Iterable[tuple[str, str]], country: str
) -> list[FieldFilter]:
    """A list's filters by custom fields; raises Invalid, naming the parameters."""
    given = grouped(parameters)
    fields = await definitions(work)
    if any(field_named(fields, name) is None for name in given):
        fields = await definitions(work, fresh=True)
    return field_filters(fields, given, country)


def changed_keys(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that differ, as events name them."""
    keys = sorted(before.keys() | after.keys())
    return [f"custom_fields.{key}" for key in keys if before.get(key) != after.get(key)]


async def _fields_for(work: UnitOfWork, keys: Iterable[str]) -> Definitions:
    """The definitions, read anew where they do not know a key or call it archived."""
    fields = await definitions(work)
    found = [fields.by_key.get(key) for key in keys]
    if any(field is None or field.is_archived for field in found):
        fields = await definitions(work, fresh=True)
    return fields
