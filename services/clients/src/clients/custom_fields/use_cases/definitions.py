"""What can be done with custom fields themselves."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.cache import TenantCache
from chassis.caller import system
from chassis.errors import Invalid
from chassis.work import UnitOfWork
from clients.custom_fields import events
from clients.custom_fields.repository import CustomFieldRepository
from clients.custom_fields.rules import definitions as rules
from clients.custom_fields.rules import reading, values
from clients.custom_fields.rules.definitions import Definition, Definitions
from clients.custom_fields.tables import CustomField
from clients.folders import use_cases as folders
from refs import people

# A field not known yet is looked for at once; only what is known may be this old.
_known: Final = TenantCache[Definitions](seconds=2.0)
_ANY_COUNTRY: Final = "SA"
_SHAPES_TEXT: Final = {"searchable", "options"}


async def definitions(work: UnitOfWork, *, fresh: bool = False) -> Definitions:
    """The tenant's custom fields.

    Read in a transaction of its own: it is kept for other requests, so it may hold nothing that
    this work could still undo.
    """
    if not fresh and (known := _known.get(work)) is not None:
        return known
    async with work.database.work(system(work.tenant_id, "clients")) as own:
        found = Definitions(await CustomFieldRepository(own).definitions())
    return _known.put(work, found)


async def create_custom_field(work: UnitOfWork, given: dict[str, Any]) -> CustomField:
    """Add a custom field."""
    await _check_folders(work, given["folder_ids"])
    return await add_custom_field(work, given)


async def add_custom_field(work: UnitOfWork, given: dict[str, Any]) -> CustomField:
    """Add a custom field of folders that are known to be there."""
    kind = given["type"]
    given["sensitive"] = given["sensitive"] or kind == "id_number"
    flags = {name: given[name] for name in ("unique", "searchable", "sensitive", "format")}
    rules.check_kind(kind, **flags)
    options = rules.options_after(kind, (), given["options"])
    currency = await _currency(work, given.pop("currency", None)) if kind == "money" else None
    given |= {"options": options, "currency": currency, "is_archived": False}
    given["default"] = _default(given | {"id": None}, given.get("default"))
    field, is_new = await CustomFieldRepository(work).add_once(**given)
    if is_new:
        _tell(work, "created", field)
    return field


async def is_key_taken(work: UnitOfWork, key: str) -> bool:
    """Whether the company has a field of this key, archived ones too."""
    return any(field.key == key for field in await CustomFieldRepository(work).definitions())


async def update_custom_field(
    work: UnitOfWork, custom_field_id: UUID, changes: dict[str, Any]
) -> CustomField:
    """Change a custom field; options left out are archived, not deleted."""
    fields = CustomFieldRepository(work)
    field = await fields.get_for_update(custom_field_id)
    if "archived" in changes:
        changes["is_archived"] = changes.pop("archived")
    if "options" in changes:
        changes["options"] = rules.options_after(field.type, field.options, changes["options"])
    if changes.get("searchable"):
        rules.check_kind(field.type, unique=False, searchable=True, sensitive=field.sensitive)
    if "folder_ids" in changes:
        await _check_folders(work, changes["folder_ids"])
    if {"default", "options"} & changes.keys():
        after = _columns(field) | changes
        changes["default"] = _default(after, after["default"])
    changed = await fields.update(field, **changes)
    if changed is not field:
        _tell(work, "updated", changed)
        if any(getattr(changed, name) != getattr(field, name) for name in _SHAPES_TEXT):
            work.enqueue("clients.refresh_field_texts", {"key": field.key})
    return changed


async def delete_custom_field(work: UnitOfWork, custom_field_id: UUID) -> None:
    """Remove a custom field; one with values is archived, and its values stay."""
    fields = CustomFieldRepository(work)
    field = await fields.get_for_update(custom_field_id)
    if await fields.is_in_use(field.key):
        changed = await fields.update(field, is_archived=True)
        if changed is not field:
            _tell(work, "updated", changed)
        return
    await fields.delete(field)
    _tell(work, "deleted", field)


async def refresh_texts(work: UnitOfWork, key: str, after: UUID) -> UUID | None:
    """Have some clients found by a field as it is now; the last of them, or None at the end."""
    fields = CustomFieldRepository(work)
    known = Definitions(await fields.definitions())
    found = await fields.with_value(key, after)
    if not found:
        return None
    await fields.set_texts({
        client_id: values.searched_text(known, stored) for client_id, stored in found.items()
    })  # fmt: skip
    return max(found)


def _tell(work: UnitOfWork, verb: str, field: CustomField) -> None:
    work.publish(events.custom_field_changed(verb, field))
    _known.forget(work)


def _columns(field: CustomField) -> dict[str, Any]:
    return {name: getattr(field, name) for name in Definition.__dataclass_fields__}


def _default(columns: dict[str, Any], value: Any) -> Any:
    """The default in its kept form; raises Invalid."""
    if value is None:
        return None
    if columns["sensitive"]:
        raise rules.SensitiveNotSo(field="default")
    if columns["unique"]:
        raise rules.DefaultNotUnique(field="default")
    named = {name: columns[name] for name in Definition.__dataclass_fields__ if name in columns}
    try:
        return reading.parse(Definition(**{**named, "default": None}), value, _ANY_COUNTRY)
    except reading.Refused as error:
        raise Invalid(error.detail, code=error.code, field="default") from error


async def _check_folders(work: UnitOfWork, folder_ids: Sequence[UUID]) -> None:
    if folder_ids and not set(folder_ids) <= (await folders.outline(work)).shelves.keys():
        known = (await folders.outline(work, fresh=True)).shelves
        for place, folder_id in enumerate(folder_ids):
            if folder_id not in known:
                raise rules.UnknownFieldFolder(field=f"folder_ids.{place}")


async def _currency(work: UnitOfWork, given: str | None) -> str:
    if given:
        return given
    tenant = await people.tenant(work)
    return tenant.currency if tenant and tenant.currency else rules.ANY_CURRENCY
