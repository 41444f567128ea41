"""HTTP door of merges."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.merges import use_cases
from clients.merges.repository import LIST, MergeRepository
from clients.merges.schemas import MergeCreate, MergeFilters, MergePreview, MergeView

routes = router("/v1/merges", "Merges")
of_client = router("/v1/clients/{client_id}/merge", "Merges")

READ, WRITE = "clients:read", "clients:write"
_EXAMPLE = {"into_id": "01890a5d-ac96-774b-bcce-b302099a8057", "fields": {"name": "merged"}}


@routes.get("", permission=READ, response_model=Page[MergeView])
async def list_merges(work: Work, pages: Pages, query: Annotated[MergeFilters, Query()]) -> Json:
    """List the merges of clients you see, the newest first."""
    values = await MergeRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.get("/{merge_id}", permission=READ, response_model=MergeView)
async def get_merge(work: Work, merge_id: UUID) -> Json:
    """Read a merge."""
    return Json(*await MergeRepository(work).read(merge_id))


@routes.post("/{merge_id}/undo", permission=WRITE, response_model=MergeView)
async def undo_merge(work: Work, merge_id: UUID) -> Json:
    """Separate two merged clients; what was added meanwhile stays with the survivor."""
    await use_cases.undo_merge(work, merge_id)
    return Json(*await MergeRepository(work).read(merge_id))


@of_client.post(
    "", permission=WRITE, status=201, response_model=MergeView, example=_EXAMPLE
)  # fmt: skip
async def merge_client(work: Work, client_id: UUID, body: MergeCreate) -> Json:
    """Merge a client into another one, which answers for both from then on."""
    merge_id = await use_cases.merge_clients(work, client_id, body.into_id, body.fields)
    shown = await MergeRepository(work).read(merge_id)
    return Json(*shown, location=f"/v1/merges/{merge_id}")


@of_client.post("/preview", permission=WRITE, response_model=MergePreview, example=_EXAMPLE)
async def preview_merge(work: Work, client_id: UUID, body: MergeCreate) -> Json:
    """Show what a merge would make, without making it."""
    return Json(await use_cases.preview_merge(work, client_id, body.into_id, body.fields))
