"""HTTP door of the timeline."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.clients.repository.rows import ClientRepository
from clients.timeline import repository
from clients.timeline.schemas import EntryView, TimelineFilters

routes = router("/v1/clients/{client_id}/timeline", "Timeline")


@routes.get("", permission="clients:read", response_model=Page[EntryView])
async def read_timeline(
    work: Work, pages: Pages, client_id: UUID, query: Annotated[TimelineFilters, Query()]
) -> Json:
    """Read what happened to a client in all services, as far as you may read those."""
    await ClientRepository(work).check_visible(client_id)
    filters: dict[str, Any] = query.model_dump(exclude_none=True) | {"client_id": client_id}
    if not work.caller.may("*"):
        filters["readable"] = sorted(p for p in work.caller.permissions if p.endswith(":read"))
    return Json(await repository.page(work, pages, filters))
