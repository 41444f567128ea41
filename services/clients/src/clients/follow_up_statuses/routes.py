"""HTTP door of follow-up statuses."""

from uuid import UUID

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.follow_up_statuses import use_cases
from clients.follow_up_statuses.repository import LIST, FollowUpStatusRepository
from clients.follow_up_statuses.rules import Kind
from clients.follow_up_statuses.schemas import (
    FollowUpStatusCreate,
    FollowUpStatusUpdate,
    FollowUpStatusView,
)

routes = router("/v1/follow-up-statuses", "Follow-up statuses")

MANAGE = "clients:manage"


@routes.get("", permission="clients:read", response_model=Page[FollowUpStatusView])
async def list_follow_up_statuses(work: Work, pages: Pages, kind: Kind | None = None) -> Json:
    """List the follow-up statuses."""
    return Json(await LIST.page(work, pages, {"kind": kind}))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "اتصل غدًا", "en": "Call tomorrow"}, "kind": "variable",
             "requires_follow_up_after_hours": 24},
)  # fmt: skip
async def create_follow_up_status(work: Work, body: FollowUpStatusCreate) -> FollowUpStatusView:
    """Add a follow-up status."""
    values = body.model_dump(exclude_none=True)
    return FollowUpStatusView.model_validate(await use_cases.create_follow_up_status(work, values))


@routes.get("/{follow_up_status_id}", permission="clients:read")
async def get_follow_up_status(work: Work, follow_up_status_id: UUID) -> FollowUpStatusView:
    """Read a follow-up status."""
    return FollowUpStatusView.model_validate(
        await FollowUpStatusRepository(work).get(follow_up_status_id)
    )


@routes.patch("/{follow_up_status_id}", permission=MANAGE, example={"color": "#2f80ed"})
async def update_follow_up_status(
    work: Work, follow_up_status_id: UUID, body: FollowUpStatusUpdate
) -> FollowUpStatusView:
    """Change a follow-up status."""
    changes = body.model_dump(exclude_unset=True)
    return FollowUpStatusView.model_validate(
        await use_cases.update_follow_up_status(work, follow_up_status_id, changes)
    )


@routes.delete("/{follow_up_status_id}", permission=MANAGE)
async def delete_follow_up_status(work: Work, follow_up_status_id: UUID) -> None:
    """Remove a follow-up status that no client has."""
    await use_cases.delete_follow_up_status(work, follow_up_status_id)
