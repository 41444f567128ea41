"""HTTP door of segments."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.segments import use_cases
from clients.segments.repository import LIST, SegmentRepository
from clients.segments.schemas import (
    SegmentClientView,
    SegmentCount,
    SegmentCreate,
    SegmentUpdate,
    SegmentView,
)  # fmt: skip

routes = router("/v1/segments", "Segments")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[SegmentView])
async def list_segments(
    work: Work, pages: Pages, shared: Annotated[bool | None, Query()] = None
) -> Json:
    """List your own segments and those that are shared."""
    values = await SegmentRepository(work).scope_values()
    return Json(await LIST.page(work, pages, {"shared": shared}, **values))


@routes.post(
    "", permission=WRITE, status=201,
    example={"name": "عملاء الرياض المهمون", "filter": {"tag": ["VIP"], "country_code": ["SA"]}},
)  # fmt: skip
async def create_segment(work: Work, body: SegmentCreate) -> SegmentView:
    """Save what a list of clients asks for, for yourself or for everybody."""
    values = body.model_dump(exclude={"filter"}) | {"filter": body.filter.stored()}
    return SegmentView.model_validate(await use_cases.create_segment(work, values))


@routes.get("/{segment_id}", permission=READ)
async def get_segment(work: Work, segment_id: UUID) -> SegmentView:
    """Read a segment."""
    return SegmentView.model_validate(await SegmentRepository(work).get(segment_id))


@routes.patch(
    "/{segment_id}", permission=WRITE, example={"filter": {"tag_none": ["VIP"], "kind": ["lead"]}}
)
async def update_segment(work: Work, segment_id: UUID, body: SegmentUpdate) -> SegmentView:
    """Change a segment: your own, or as a manager one that is shared."""
    segment = await SegmentRepository(work).get_for_update(segment_id)
    changes = body.model_dump(exclude_unset=True)
    if "filter" in changes:
        changes["filter"] = body.filter.stored()
    return SegmentView.model_validate(await use_cases.update_segment(work, segment, changes))


@routes.delete("/{segment_id}", permission=WRITE)
async def delete_segment(work: Work, segment_id: UUID) -> None:
    """Remove a segment; its clients stay."""
    await use_cases.delete_segment(work, await SegmentRepository(work).get_for_update(segment_id))


@routes.get("/{segment_id}/clients", permission=READ, response_model=Page[SegmentClientView])
async def list_segment_clients(work: Work, pages: Pages, segment_id: UUID) -> Json:
    """List the clients of a segment that you see now."""
    segment = await SegmentRepository(work).get(segment_id)
    return Json(await use_cases.clients_of(work, segment, pages))


@routes.get("/{segment_id}/count", permission=READ)
async def count_segment_clients(work: Work, segment_id: UUID) -> SegmentCount:
    """Count the clients of a segment that you see now."""
    segment = await SegmentRepository(work).get(segment_id)
    return SegmentCount(count=await use_cases.count_of(work, segment))
