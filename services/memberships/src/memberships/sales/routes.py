"""HTTP door of what is sold: memberships begin, are renewed, and get another package."""

from uuid import UUID

from chassis.http.router import Context, Json, Work, router
from memberships.memberships.repository import reading
from memberships.sales.schemas import (
    ChangePreview,
    MembershipChange,
    MembershipCreate,
    MembershipView,
)
from memberships.sales.use_cases import changing, previewing, selling
from refs.reading import ensure_tenant

routes = router("/v1/memberships", "Memberships")

WRITE = "memberships:write"


@routes.post(
    "", permission=WRITE, status=201, response_model=MembershipView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "package_id": "01890a5d-ac96-774b-bcce-b302099a8080", "start_date": "2026-12-01",
             "auto_renew": True, "discount": {"type": "percent", "value": "10"}},
)  # fmt: skip
async def create_membership(work: Work, context: Context, body: MembershipCreate) -> Json:
    """Sell a client a membership: it is invoiced, and begins once that is paid."""
    await ensure_tenant(context, work.tenant_id)
    made = await selling.sell_membership(work, context, body.model_dump(), body.digest())
    return Json(*await reading.shown_membership(work, made.id), location=made.id)


@routes.post("/{membership_id}/renew", permission=WRITE, response_model=MembershipView)
async def renew_membership(work: Work, context: Context, membership_id: UUID) -> Json:
    """Ask for the next period, early too: what is paid stacks."""
    await ensure_tenant(context, work.tenant_id)
    await selling.renew_membership(work, membership_id)
    return Json(*await reading.shown_membership(work, membership_id))


@routes.post(
    "/{membership_id}/change", permission=WRITE, response_model=MembershipView,
    example={"package_id": "01890a5d-ac96-774b-bcce-b302099a8080", "at": "period_end"},
)  # fmt: skip
async def change_membership(
    work: Work, context: Context, membership_id: UUID, body: MembershipChange
) -> Json:
    """Change its package: at the end of the period, or now, less what is unused of this one.

    What gives money back needs `billing:issue`.
    """
    await ensure_tenant(context, work.tenant_id)
    change = changing.change_now if body.at == "now" else changing.change_at_end
    await change(work, membership_id, body.package_id)
    return Json(*await reading.shown_membership(work, membership_id))


@routes.post(
    "/{membership_id}/change/preview", permission=WRITE,
    example={"package_id": "01890a5d-ac96-774b-bcce-b302099a8080"},
)  # fmt: skip
async def preview_change(
    work: Work, context: Context, membership_id: UUID, body: MembershipChange
) -> ChangePreview:
    """Tell what changing its package would come to."""
    await ensure_tenant(context, work.tenant_id)
    found = await previewing.preview_change(work, context, membership_id, body.model_dump())
    return ChangePreview.model_validate(found)
