"""HTTP door of subscriptions."""

from typing import Annotated
from uuid import UUID

import orjson
from fastapi import Query

from billing.subscriptions.repository import LIST, SubscriptionRepository
from billing.subscriptions.schemas import (
    AdjustmentView,
    CancelPreview,
    ChangePreview,
    GivenBackView,
    SubscriptionCancel,
    SubscriptionCreate,
    SubscriptionFilters,
    SubscriptionUpdate,
    SubscriptionView,
    UpcomingPage,
)
from billing.subscriptions.use_cases import billing, ending, terms
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/subscriptions", "Subscriptions")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[SubscriptionView])
async def list_subscriptions(
    work: Work, context: Context, pages: Pages, query: Annotated[SubscriptionFilters, Query()]
) -> Json:
    """List the subscriptions of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await SubscriptionRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=SubscriptionView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "name": "صيانة شهرية",
             "interval": {"unit": "month", "count": 1}, "starts_on": "2026-03-17",
             "anchor_day": 31, "first_period": "prorated", "auto_issue": False, "due_days": 14,
             "lines": [{"description": "صيانة", "quantity": "1", "unit_price": "300.00",
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}]},
)  # fmt: skip
async def create_subscription(work: Work, context: Context, body: SubscriptionCreate) -> Json:
    """Bill a client again and again; to have its invoices issued needs `billing:issue`."""
    made = await terms.create_subscription(work, context, body.values(), body.digest())
    return Json(*await SubscriptionRepository(work).shown(made.id), location=made.id)


@routes.get("/{subscription_id}", permission=READ, response_model=SubscriptionView)
async def get_subscription(work: Work, context: Context, subscription_id: UUID) -> Json:
    """Read a subscription."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await SubscriptionRepository(work).read(subscription_id))


@routes.get("/{subscription_id}/upcoming", permission=READ)
async def list_upcoming(
    work: Work, context: Context, subscription_id: UUID,
    limit: Annotated[int, Query(ge=1, le=36)] = 12,
) -> UpcomingPage:  # fmt: skip
    """Preview the next invoices, by the prices and taxes of now."""
    await ensure_tenant(context, work.tenant_id)
    subscriptions = SubscriptionRepository(work)
    shown = orjson.loads((await subscriptions.read(subscription_id))[0])
    whose = {name: shown[name] for name in ("client_id", "url")}
    coming = billing.upcoming(await subscriptions.get(subscription_id), limit)
    return UpcomingPage.model_validate({"items": [one | whose for one in coming]})


@routes.patch(
    "/{subscription_id}", permission=WRITE, response_model=SubscriptionView,
    example={"lines": [{"description": "صيانة", "quantity": "1", "unit_price": "350.00"}],
             "due_days": 30},
)  # fmt: skip
async def update_subscription(
    work: Work, context: Context, subscription_id: UUID, body: SubscriptionUpdate
) -> Json:
    """Change what is billed from the next period on, or from now, or until when."""
    is_now = body.effective == "now"
    await terms.update_subscription(work, context, subscription_id, body.changes(), is_now=is_now)
    return Json(*await SubscriptionRepository(work).shown(subscription_id))


@routes.post(
    "/{subscription_id}/preview", permission=WRITE,
    example={"lines": [{"description": "صيانة", "quantity": "1", "unit_price": "350.00"}]},
)  # fmt: skip
async def preview_update(
    work: Work, context: Context, subscription_id: UUID, body: SubscriptionUpdate
) -> ChangePreview:
    """Tell what changing it would bill or credit."""
    is_now = body.effective == "now"
    found = await terms.preview_update(
        work, context, subscription_id, body.changes(), is_now=is_now
    )
    return ChangePreview(adjustment=found and AdjustmentView.model_validate(found.told()))


@routes.delete("/{subscription_id}", permission="billing:delete")
async def delete_subscription(work: Work, subscription_id: UUID) -> None:
    """Remove a subscription of which nothing was billed."""
    await terms.delete_subscription(work, subscription_id)


@routes.post("/{subscription_id}/pause", permission=WRITE, response_model=SubscriptionView)
async def pause_subscription(work: Work, context: Context, subscription_id: UUID) -> Json:
    """Bill nothing until it is resumed."""
    await ensure_tenant(context, work.tenant_id)
    await terms.pause_subscription(work, subscription_id)
    return Json(*await SubscriptionRepository(work).shown(subscription_id))


@routes.post("/{subscription_id}/resume", permission=WRITE, response_model=SubscriptionView)
async def resume_subscription(work: Work, context: Context, subscription_id: UUID) -> Json:
    """Go on with the first period from today on, or take back an end that is still to come."""
    await ensure_tenant(context, work.tenant_id)
    await terms.resume_subscription(work, subscription_id)
    return Json(*await SubscriptionRepository(work).shown(subscription_id))


@routes.post(
    "/{subscription_id}/cancel", permission=WRITE, response_model=SubscriptionView,
    example={"at": "period_end"},
)  # fmt: skip
async def cancel_subscription(
    work: Work, context: Context, subscription_id: UUID, body: SubscriptionCancel
) -> Json:
    """End it now, or with the period that was billed last; now also for what was not used."""
    await ensure_tenant(context, work.tenant_id)
    at_period_end = body.at == "period_end"
    await ending.cancel_subscription(
        work, subscription_id, at_period_end=at_period_end, prorate=body.prorate
    )
    return Json(*await SubscriptionRepository(work).shown(subscription_id))


@routes.post("/{subscription_id}/cancel/preview", permission=WRITE, example={"at": "now"})
async def preview_cancel(
    work: Work, context: Context, subscription_id: UUID, body: SubscriptionCancel
) -> CancelPreview:
    """Tell what cancelling would do, and what it would give back."""
    await ensure_tenant(context, work.tenant_id)
    at_period_end = body.at == "period_end"
    on, given = await ending.preview_cancel(
        work, subscription_id, at_period_end=at_period_end, prorate=body.prorate
    )
    shown = [GivenBackView.model_validate(one.told()) for one in given]
    return CancelPreview(cancelled_on=on, given_back=shown)
