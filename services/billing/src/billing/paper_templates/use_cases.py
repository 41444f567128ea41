"""What can be done with paper templates, and which one a paper has."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from billing.paper_templates import rules
from billing.paper_templates.repository import PaperTemplateRepository
from billing.paper_templates.rules import Kind
from billing.paper_templates.tables import PaperTemplate
from chassis.together import Asked
from chassis.work import UnitOfWork


async def create_template(work: UnitOfWork, values: dict[str, Any]) -> PaperTemplate:
    """Add a style of paper."""
    templates = PaperTemplateRepository(work)
    rules.check_default(is_default=values["is_default"], is_active=values["is_active"])
    if values["id"] and (known := await templates.find(values["id"])) is not None:
        # Sent again it takes nobody's place: it may have lost its own since.
        values["is_default"] = known.is_default
    elif values["is_default"]:
        await templates.make_room(values["kind"])
    made, _ = await templates.add_once(**values)
    return made


async def update_template(
    work: UnitOfWork, template_id: UUID, changes: dict[str, Any]
) -> PaperTemplate:
    """Change how papers look, or put a template away, which is no default then."""
    templates = PaperTemplateRepository(work)
    known = await templates.get(template_id)
    work.authorize()
    if changes.get("is_active") is False:
        changes.setdefault("is_default", False)
    rules.check_default(
        is_default=changes.get("is_default", known.is_default),
        is_active=changes.get("is_active", known.is_active),
    )
    if changes.get("is_default") and not known.is_default:
        await templates.make_room(known.kind)
    return await templates.update(await templates.get_for_update(template_id), **changes)


async def delete_template(work: UnitOfWork, template_id: UUID) -> None:
    """Remove a template that no document has."""
    templates = PaperTemplateRepository(work)
    await templates.delete(await templates.get_for_update(template_id))


async def usable_templates(work: UnitOfWork, ids: Collection[UUID], kind: Kind) -> set[UUID]:
    """Those that are in use for this kind of paper."""
    found = await PaperTemplateRepository(work).of(ids) if ids else []
    return {one.id for one in found if one.is_active and rules.is_for(one.kind, kind)}


async def check_template(work: UnitOfWork, template_id: UUID | None, kind: Kind) -> None:
    """Raises UnknownTemplate."""
    if template_id and not await usable_templates(work, [template_id], kind):
        raise rules.UnknownTemplate(field="template_id")


async def template_like(work: UnitOfWork, template_id: UUID | None, kind: Kind) -> UUID | None:
    """What a document of this kind takes over from the one it is made of: the same, if it may."""
    try:
        await check_template(work, template_id, kind)
    except rules.UnknownTemplate:
        return None
    return template_id


async def default_template(work: UnitOfWork, kind: Kind) -> PaperTemplate | None:
    """What a paper of this kind has that names none."""
    return rules.preferred(await PaperTemplateRepository(work).defaults(), kind)


async def asked_template(work: UnitOfWork, template_id: UUID | None) -> Asked:
    """What `template_of` reads."""
    templates = PaperTemplateRepository(work)
    if template_id is not None:
        return await templates.asked_by_id(template_id)
    return await templates.asked_defaults()


async def template_of(
    work: UnitOfWork, template_id: UUID | None, kind: Kind
) -> PaperTemplate | None:
    """The one that a paper names, else the default of its kind."""
    if template_id is not None:
        return await PaperTemplateRepository(work).find(template_id)
    return await default_template(work, kind)
