"""HTTP door of the timeline."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.timeline import repository
from clients.timeline.schemas import EntryView, TimelineFilters

routes = router("/v1/clients/{client_id}/timeline", "Timeline")


@routes.get("", permission="clients:read", response_model=Page[EntryView])
async def read_timeline(
    work: Work, pages: Pages, client_id: UUID, query: Annotated[TimelineFilters, Query()]
) -> Json:
    """Read what happened to a client in all services, as far as you may read those."""
    filters = query.model_dump(exclude_none=True)
    return Json(await repository.entries_of(work, pages, client_id, filters))
