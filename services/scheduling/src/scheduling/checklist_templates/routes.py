"""HTTP door of checklist templates."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.checklist_templates import use_cases
from scheduling.checklist_templates.repository import LIST, TemplateRepository
from scheduling.checklist_templates.schemas import (
    TemplateCreate,
    TemplateFilters,
    TemplateUpdate,
    TemplateView,
)
from scheduling.checklist_templates.tables import ChecklistTemplate

routes = router("/v1/checklist-templates", "Checklists")

READ, MANAGE = "scheduling:read", "scheduling:manage"


@routes.get("", permission=READ, response_model=Page[TemplateView])
async def list_checklist_templates(
    work: Work, pages: Pages, query: Annotated[TemplateFilters, Query()]
) -> Json:
    """List the steps that come again."""
    values = await TemplateRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "استقبال عميل جديد", "en": "Welcome a new client"},
             "folder_id": "01890a5d-ac96-774b-bcce-b302099a8051",
             "items": [{"name": {"ar": "التحقق من الهوية", "en": "Check the identity"},
                        "required": True},
                       {"name": {"ar": "مكالمة ترحيب", "en": "Welcome call"}}]},
)  # fmt: skip
async def create_checklist_template(work: Work, body: TemplateCreate) -> TemplateView:
    """Add a list of steps."""
    return _shown(await use_cases.create_template(work, _columns(body, body.model_dump())))


@routes.get("/{checklist_template_id}", permission=READ)
async def get_checklist_template(work: Work, checklist_template_id: UUID) -> TemplateView:
    """Read a list of steps."""
    return _shown(await TemplateRepository(work).get(checklist_template_id))


@routes.patch("/{checklist_template_id}", permission=MANAGE, example={"active": False})
async def update_checklist_template(
    work: Work, checklist_template_id: UUID, body: TemplateUpdate
) -> TemplateView:
    """Change a list of steps, or put it away; what was begun of it stays as it is."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_template(work, checklist_template_id, changes))


@routes.delete("/{checklist_template_id}", permission=MANAGE)
async def delete_checklist_template(work: Work, checklist_template_id: UUID) -> None:
    """Remove a list of steps; what was begun of it stays."""
    await use_cases.delete_template(work, checklist_template_id)


def _columns(body: TemplateCreate | TemplateUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if "name" in given:
        given["name"] = body.name.stored()
    if "items" in given:
        given["items"] = [one.stored() for one in body.items]
    if "active" in given:
        given["is_active"] = given.pop("active")
    return given


def _shown(found: ChecklistTemplate) -> TemplateView:
    return TemplateView.model_validate(asdict(found) | {"active": found.is_active})
