"""HTTP door of work cycles."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.work_cycles.repository.reading import page_of_cycles, read_cycle, shown_cycle
from scheduling.work_cycles.rules import NoUser
from scheduling.work_cycles.schemas import (
    StatusChange,
    WorkCycleCreate,
    WorkCycleFilters,
    WorkCycleUpdate,
    WorkCycleView,
)
from scheduling.work_cycles.use_cases import keeping

routes = router("/v1/work-cycles", "Work cycles")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[WorkCycleView])
async def list_work_cycles(
    work: Work, pages: Pages, query: Annotated[WorkCycleFilters, Query()]
) -> Json:
    """List the jobs of clients, with what they came to."""
    return Json(await page_of_cycles(work, pages, _asked(work, query)))


@routes.post(
    "", permission=WRITE, status=201, response_model=WorkCycleView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "work_cycle_type_id": "01890a5d-ac96-774b-bcce-b302099a8095", "title": "تجهيز المعرض",
             "starts_on": "2026-03-01", "due_on": "2026-04-15", "budget": "25000.00",
             "currency": "SAR", "tags": ["مستعجل"]},
)  # fmt: skip
async def create_work_cycle(work: Work, context: Context, body: WorkCycleCreate) -> Json:
    """Begin a job for a client."""
    made = await keeping.create_cycle(work, context, body.model_dump(), body.digest())
    return Json(*await shown_cycle(work, made.id), location=made.id)


@routes.get("/{work_cycle_id}", permission=READ, response_model=WorkCycleView)
async def get_work_cycle(work: Work, work_cycle_id: UUID) -> Json:
    """Read a job, with what it came to."""
    return Json(*await read_cycle(work, work_cycle_id))


@routes.patch(
    "/{work_cycle_id}", permission=WRITE, response_model=WorkCycleView,
    example={"budget": "30000.00", "notes": "زاد نطاق العمل"},
)  # fmt: skip
async def update_work_cycle(
    work: Work, context: Context, work_cycle_id: UUID, body: WorkCycleUpdate
) -> Json:
    """Change what a job is, until when, for how much, and who does it."""
    changes = body.model_dump(exclude_unset=True)
    await keeping.update_cycle(work, context, work_cycle_id, changes)
    return Json(*await shown_cycle(work, work_cycle_id))


@routes.delete("/{work_cycle_id}", permission="scheduling:delete")
async def delete_work_cycle(work: Work, work_cycle_id: UUID) -> None:
    """Remove a job for which nothing was done."""
    await keeping.delete_cycle(work, work_cycle_id)


@routes.post(
    "/{work_cycle_id}/status", permission=WRITE, response_model=WorkCycleView,
    example={"status_id": "01890a5d-ac96-774b-bcce-b302099a8096", "reason": "تم التسليم"},
)  # fmt: skip
async def change_work_cycle_status(work: Work, work_cycle_id: UUID, body: StatusChange) -> Json:
    """Have a job stand in another status of its type."""
    await keeping.change_status(work, work_cycle_id, body.status_id, body.reason)
    return Json(*await shown_cycle(work, work_cycle_id))


def _asked(work: Work, query: WorkCycleFilters) -> dict[str, Any]:
    """The filters, with who asks for `me`; raises NoUser."""
    given = query.model_dump(exclude_none=True)
    if "me" in given.get("staff_id", ()):
        if (my_id := work.caller.user_id) is None:
            raise NoUser(field="staff_id")
        given["staff_id"] = [my_id if one == "me" else one for one in given["staff_id"]]
    return given
