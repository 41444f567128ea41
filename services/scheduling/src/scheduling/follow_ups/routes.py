"""HTTP door of follow-ups."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from scheduling.follow_ups.repository.rows import FollowUpRepository
from scheduling.follow_ups.schemas import (
    FollowUpCancelled,
    FollowUpCreate,
    FollowUpFilters,
    FollowUpView,
)
from scheduling.follow_ups.use_cases import closing, making

routes = router("/v1/follow-ups", "Follow-ups")

READ, WRITE = "scheduling:read", "scheduling:write"


@routes.get("", permission=READ, response_model=Page[FollowUpView])
async def list_follow_ups(
    work: Work, pages: Pages, query: Annotated[FollowUpFilters, Query()]
) -> Json:
    """List the follow-ups of the clients you see, the newest first."""
    filters = query.model_dump(exclude_none=True)
    return Json(await FollowUpRepository(work).page(pages, filters))


@routes.post(
    "", permission=WRITE, status=201, response_model=FollowUpView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "at": "2027-03-01T09:00:00Z", "duration_minutes": 30,
             "note": "طلب عرض سعر، يُتصل به بعد أسبوع"},
)  # fmt: skip
async def create_follow_up(work: Work, context: Context, body: FollowUpCreate) -> Json:
    """Save a client's status, what is to be done, and when, in one; it is `pending` until the
    client has the status, mostly for a moment.
    """
    values = body.model_dump(exclude={"duration_minutes"})
    values["staff_ids"] = list(dict.fromkeys(body.staff_ids))
    made = await making.make_follow_up(work, context, values, body.duration_minutes, body.digest())
    return Json(*await FollowUpRepository(work).shown(made.id), location=made.id)


@routes.get("/{follow_up_id}", permission=READ, response_model=FollowUpView)
async def get_follow_up(work: Work, follow_up_id: UUID) -> Json:
    """Read a follow-up, and whether the client has got its status."""
    return Json(*await FollowUpRepository(work).read(follow_up_id))


@routes.post("/{follow_up_id}/complete", permission=WRITE, response_model=FollowUpView)
async def complete_follow_up(work: Work, follow_up_id: UUID) -> Json:
    """Note that the client was followed up; its appointment is done too."""
    await closing.complete_follow_up(work, follow_up_id)
    return Json(*await FollowUpRepository(work).shown(follow_up_id))


@routes.post("/{follow_up_id}/cancel", permission=WRITE, response_model=FollowUpView,
             example={"reason": "سافر العميل"})  # fmt: skip
async def cancel_follow_up(
    work: Work, follow_up_id: UUID, body: FollowUpCancelled | None = None
) -> Json:
    """Call a follow-up off with its appointment; the client keeps the status."""
    await closing.cancel_follow_up(work, follow_up_id, body.reason if body else None)
    return Json(*await FollowUpRepository(work).shown(follow_up_id))
