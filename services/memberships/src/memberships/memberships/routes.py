"""HTTP door of memberships: reading them, their freezes, and how they end."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.memberships.repository import reading
from memberships.memberships.schemas import (
    CancelBody,
    FreezeCreate,
    FreezeUpdate,
    FreezeView,
    MembershipFilters,
    MembershipUpdate,
    MembershipView,
    PeriodView,
    SuspendBody,
)
from memberships.memberships.use_cases import changing, ending, freezing
from refs.reading import ensure_tenant

routes = router("/v1/memberships", "Memberships")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[MembershipView])
async def list_memberships(
    work: Work, context: Context, pages: Pages, query: Annotated[MembershipFilters, Query()]
) -> Json:
    """List memberships, with their status of today."""
    await ensure_tenant(context, work.tenant_id)
    filters = query.model_dump(exclude_none=True)
    return Json(await reading.page_of_memberships(work, pages, filters))


@routes.get("/{membership_id}", permission=READ, response_model=MembershipView)
async def get_membership(work: Work, context: Context, membership_id: UUID) -> Json:
    """Read a membership, with its status of today."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await reading.read_membership(work, membership_id))


@routes.patch(
    "/{membership_id}", permission=WRITE, response_model=MembershipView,
    example={"auto_renew": True, "discount": {"type": "percent", "value": "10"}},
)  # fmt: skip
async def update_membership(
    work: Work, context: Context, membership_id: UUID, body: MembershipUpdate
) -> Json:
    """Change whether it renews by itself, its discount from the next period on, or its note."""
    await ensure_tenant(context, work.tenant_id)
    await changing.update_membership(work, membership_id, body.model_dump(exclude_unset=True))
    return Json(*await reading.shown_membership(work, membership_id))


@routes.get("/{membership_id}/periods", permission=READ, response_model=Page[PeriodView])
async def list_periods(work: Work, pages: Pages, membership_id: UUID) -> Json:
    """List what was asked for, paid or not, oldest first."""
    return Json(await reading.page_of_periods(work, pages, membership_id))


@routes.get("/{membership_id}/freezes", permission=READ, response_model=Page[FreezeView])
async def list_freezes(work: Work, pages: Pages, membership_id: UUID) -> Json:
    """List the days on which it rests, by the first of them; suspensions too."""
    return Json(await reading.page_of_freezes(work, pages, membership_id))


@routes.post(
    "/{membership_id}/freezes", permission=WRITE, status=201, response_model=FreezeView,
    example={"from": "2027-03-01", "to": "2027-03-14", "extend": True, "reason": "سفر"},
)  # fmt: skip
async def add_freeze(
    work: Work, context: Context, membership_id: UUID, body: FreezeCreate
) -> Json:  # fmt: skip
    """Freeze a membership from one day to another, both included."""
    await ensure_tenant(context, work.tenant_id)
    made = await freezing.add_freeze(work, membership_id, body.values())
    return Json(*await reading.shown_freeze(work, made.id), location=made.id)


@routes.patch(
    "/{membership_id}/freezes/{freeze_id}", permission=WRITE, response_model=FreezeView,
    example={"extend": True, "reason": "سفر"},
)  # fmt: skip
async def update_freeze(
    work: Work, context: Context, membership_id: UUID, freeze_id: UUID, body: FreezeUpdate
) -> Json:
    """Move a freeze, end it earlier or later, or have its days added or not."""
    await ensure_tenant(context, work.tenant_id)
    await freezing.update_freeze(work, membership_id, freeze_id, body.changes())
    return Json(*await reading.shown_freeze(work, freeze_id))


@routes.delete("/{membership_id}/freezes/{freeze_id}", permission=WRITE)
async def delete_freeze(
    work: Work, context: Context, membership_id: UUID, freeze_id: UUID
) -> None:  # fmt: skip
    """Take a freeze back, as if it never was."""
    await ensure_tenant(context, work.tenant_id)
    await freezing.delete_freeze(work, membership_id, freeze_id)


@routes.post(
    "/{membership_id}/suspend", permission=WRITE, response_model=MembershipView,
    example={"reason": "إصابة"},
)  # fmt: skip
async def suspend_membership(
    work: Work, context: Context, membership_id: UUID, body: SuspendBody | None = None
) -> Json:
    """Stop it from today on, until it is resumed; none of its paid days is lost."""
    await ensure_tenant(context, work.tenant_id)
    await freezing.suspend_membership(work, membership_id, body.reason if body else None)
    return Json(*await reading.shown_membership(work, membership_id))


@routes.post("/{membership_id}/resume", permission=WRITE, response_model=MembershipView)
async def resume_membership(work: Work, context: Context, membership_id: UUID) -> Json:
    """Go on from today on."""
    await ensure_tenant(context, work.tenant_id)
    await freezing.resume_membership(work, membership_id)
    return Json(*await reading.shown_membership(work, membership_id))


@routes.post(
    "/{membership_id}/cancel", permission=WRITE, response_model=MembershipView,
    example={"at": "period_end", "reason": "انتقل إلى مدينة أخرى"},
)  # fmt: skip
async def cancel_membership(
    work: Work, context: Context, membership_id: UUID, body: CancelBody | None = None
) -> Json:
    """End it today, or with what is paid."""
    await ensure_tenant(context, work.tenant_id)
    asked = body or CancelBody()
    at_period_end = asked.at == "period_end"
    await ending.cancel_membership(
        work, membership_id, at_period_end=at_period_end, reason=asked.reason
    )
    return Json(*await reading.shown_membership(work, membership_id))


@routes.post("/{membership_id}/reinstate", permission=WRITE, response_model=MembershipView)
async def reinstate_membership(work: Work, context: Context, membership_id: UUID) -> Json:
    """Take back an end that is still to come."""
    await ensure_tenant(context, work.tenant_id)
    await ending.reinstate_membership(work, membership_id)
    return Json(*await reading.shown_membership(work, membership_id))
