"""HTTP door of checklists."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.checklists.repository import LIST, ChecklistRepository
from scheduling.checklists.schemas import (
    ChecklistCreate,
    ChecklistFilters,
    ChecklistUpdate,
    ChecklistView,
)
from scheduling.checklists.use_cases import beginning, doing

routes = router("/v1/checklists", "Checklists")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[ChecklistView])
async def list_checklists(
    work: Work, pages: Pages, query: Annotated[ChecklistFilters, Query()]
) -> Json:
    """List which steps are done for clients and tasks, and which are left."""
    values = await ChecklistRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=ChecklistView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "name": {"ar": "تسليم المشروع", "en": "Hand over the project"},
             "items": [{"name": "مراجعة العقد", "required": True}, {"name": "جلسة تدريب"}]},
)  # fmt: skip
async def create_checklist(work: Work, context: Context, body: ChecklistCreate) -> Json:
    """Begin a checklist."""
    values = _stored(body, body.model_dump())
    made = await beginning.begin_checklist(work, context, values, body.digest())
    return await _shown(work, made.id)


@routes.get("/{checklist_id}", permission=READ, response_model=ChecklistView)
async def get_checklist(work: Work, checklist_id: UUID) -> Json:
    """Read a checklist."""
    return Json(*await ChecklistRepository(work).read(checklist_id))


@routes.patch(
    "/{checklist_id}", permission=WRITE, response_model=ChecklistView,
    example={"name": {"ar": "تسليم المشروع الأول"}},
)  # fmt: skip
async def update_checklist(work: Work, checklist_id: UUID, body: ChecklistUpdate) -> Json:
    """Name a checklist or its items anew."""
    changes = _stored(body, body.model_dump(exclude_unset=True))
    await doing.update_checklist(work, checklist_id, changes)
    return await _shown(work, checklist_id)


@routes.delete("/{checklist_id}", permission="scheduling:delete")
async def delete_checklist(work: Work, checklist_id: UUID) -> None:
    """Remove a checklist."""
    await doing.delete_checklist(work, checklist_id)


@routes.post("/{checklist_id}/complete", permission=WRITE, response_model=ChecklistView)
async def complete_checklist(work: Work, checklist_id: UUID) -> Json:
    """Say that a checklist is done, once every required item is."""
    await doing.complete_checklist(work, checklist_id)
    return await _shown(work, checklist_id)


@routes.post("/{checklist_id}/reopen", permission=WRITE, response_model=ChecklistView)
async def reopen_checklist(work: Work, checklist_id: UUID) -> Json:
    """Go on with a checklist that was done."""
    await doing.reopen_checklist(work, checklist_id)
    return await _shown(work, checklist_id)


@routes.post(
    "/{checklist_id}/items/{checklist_item_id}/done", permission=WRITE,
    response_model=ChecklistView,
)  # fmt: skip
async def check_item(work: Work, checklist_id: UUID, checklist_item_id: UUID) -> Json:
    """Say that an item is done; with the last one the checklist is."""
    await doing.mark_item(work, checklist_id, checklist_item_id, done=True)
    return await _shown(work, checklist_id)


@routes.post(
    "/{checklist_id}/items/{checklist_item_id}/undo", permission=WRITE,
    response_model=ChecklistView,
)  # fmt: skip
async def undo_item(work: Work, checklist_id: UUID, checklist_item_id: UUID) -> Json:
    """Say that an item is not done."""
    await doing.mark_item(work, checklist_id, checklist_item_id, done=False)
    return await _shown(work, checklist_id)


def _stored(body: ChecklistCreate | ChecklistUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if given.get("name") is not None and body.name is not None:
        given["name"] = body.name.stored()
    if given.get("items") is not None and body.items is not None:
        given["items"] = [one.stored() for one in body.items]
    return given


async def _shown(work: Work, checklist_id: UUID) -> Json:
    return Json(*await ChecklistRepository(work).shown(checklist_id), location=checklist_id)
