"""What can be done with checklist templates."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from chassis.ids import new_id
from chassis.work import UnitOfWork
from refs.visibility import folders_of, sight_of
from scheduling.checklist_templates import rules
from scheduling.checklist_templates.repository import TemplateRepository
from scheduling.checklist_templates.tables import ChecklistTemplate


async def create_template(work: UnitOfWork, values: dict[str, Any]) -> ChecklistTemplate:
    """Add a list of steps; raises ItemTwice and UnknownFolder."""
    await _check_folder(work, values["folder_id"])
    # So that the same body with the same id is known again.
    maker = values["id"] or new_id()
    ids = [uuid5(maker, str(place)) for place, _ in enumerate(values["items"])]
    values["items"] = rules.identified(values["items"], ids)
    made, _ = await TemplateRepository(work).add_once(**values)
    return made


async def update_template(
    work: UnitOfWork, template_id: UUID, changes: Mapping[str, Any]
) -> ChecklistTemplate:
    """Change a list of steps, or put it away; raises ItemTwice and UnknownFolder."""
    templates = TemplateRepository(work)
    known = await templates.get_for_update(template_id)
    written = dict(changes)
    await _check_folder(work, written.get("folder_id"))
    if "items" in written:
        ids = [new_id() for _ in written["items"]]
        written["items"] = rules.identified(written["items"], ids)
    return await templates.update(known, **written)


async def delete_template(work: UnitOfWork, template_id: UUID) -> None:
    """Remove a list of steps; what was begun of it stays."""
    templates = TemplateRepository(work)
    await templates.delete(await templates.get_for_update(template_id))


async def template_to_begin(
    work: UnitOfWork, template_id: UUID, *, field: str = "checklist_template_id"
) -> ChecklistTemplate:
    """One that is in use; raises UnknownTemplate."""
    found = await TemplateRepository(work).find(template_id)
    if found is None or not found.is_active:
        raise rules.UnknownTemplate(field=field)
    return found


async def _check_folder(work: UnitOfWork, folder_id: UUID | None) -> None:
    if folder_id is None:
        return
    is_hidden = folder_id in (await sight_of(work)).hidden_folders
    if is_hidden or folder_id not in await folders_of(work):
        raise rules.UnknownFolder(field="folder_id")
