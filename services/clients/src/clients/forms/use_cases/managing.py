"""Making and changing forms."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.custom_fields.use_cases.definitions import definitions
from clients.folders.use_cases import choose_place
from clients.forms import rules
from clients.forms.repository import FormRepository
from clients.forms.tables import Form
from clients.tags import use_cases as tags
from refs.writing import check_may_write


async def create_form(work: UnitOfWork, values: dict[str, Any]) -> Form:
    """Add a form; the same `id` and body again are the same form."""
    await _check(work, values)
    values["tags"] = await tags.use(work, values["tags"])
    known = await FormRepository(work).find(values["id"]) if values.get("id") else None
    key = known.key if known else rules.new_key()
    form, _ = await FormRepository(work).add_once(**values, key=key)
    return form


async def update_form(work: UnitOfWork, form_id: UUID, changes: dict[str, Any]) -> Form:
    """Change a form; its key stays."""
    form = await FormRepository(work).get_for_update(form_id)
    await _check(work, changes)
    if "tags" in changes:
        changes["tags"] = await tags.use(work, changes["tags"])
    return await FormRepository(work).update(form, **changes)


async def delete_form(work: UnitOfWork, form_id: UUID) -> None:
    """Remove a form and what was sent by it; the clients it made stay."""
    form = await FormRepository(work).get_for_update(form_id)
    await FormRepository(work).delete(form)


async def _check(work: UnitOfWork, values: dict[str, Any]) -> None:
    if "fields" in values:
        rules.check_fields(values["fields"], await definitions(work, fresh=True))
    if folder_id := values.get("folder_id"):
        await choose_place(work, folder_id, None)
        await check_may_write(work, folder_id, [])
