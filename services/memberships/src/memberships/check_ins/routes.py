"""HTTP door of check-ins."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from chassis.errors import Failure
from chassis.http.problems import locale_of, problem
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.check_ins import use_cases
from memberships.check_ins.repository import LIST, CheckInRepository
from memberships.check_ins.schemas import CheckInCreate, CheckInFilters, CheckInView

routes = router("/v1/check-ins", "Attendance")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[CheckInView])
async def list_check_ins(
    work: Work, pages: Pages, query: Annotated[CheckInFilters, Query()]
) -> Json:
    """List who came in, and who was kept out."""
    values = await CheckInRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=CheckInView,
    example={"client_id": "0190d0a2-0000-7000-8000-000000000001",
             "occurred_at": "2026-01-15T09:00:00Z"},
)  # fmt: skip
async def create_check_in(
    work: Work, context: Context, request: Request, body: CheckInCreate
) -> Json | Response:
    """Let somebody in who may come in; who may not is noted too, and refused."""
    wanted = use_cases.Wanted(**body.model_dump(), digest=body.digest())
    made = await use_cases.check_in(work, context, wanted)
    if isinstance(made, Failure):
        # Not raised: the attempt is kept.
        return problem(made, request.url.path, locale_of(request, work.caller))
    return Json(*await CheckInRepository(work).shown(made.id), location=made.id)


@routes.get("/{check_in_id}", permission=READ, response_model=CheckInView)
async def get_check_in(work: Work, check_in_id: UUID) -> Json:
    """Read a check-in."""
    return Json(*await CheckInRepository(work).read(check_in_id))


@routes.post("/{check_in_id}/undo", permission=WRITE, response_model=CheckInView)
async def undo_check_in(work: Work, check_in_id: UUID) -> Json:
    """Undo a check-in that was none; what it used of credit is given back."""
    await use_cases.undo_check_in(work, check_in_id)
    return Json(*await CheckInRepository(work).shown(check_in_id))
