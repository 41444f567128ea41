"""HTTP door of points that invoices are discounted by, and of who has how many."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.loyalty.repository.redemptions import LIST, RedemptionRepository
from memberships.loyalty.schemas import (
    BalanceFilters,
    LoyaltyBalanceView,
    RedemptionCreate,
    RedemptionFilters,
    RedemptionView,
)
from memberships.loyalty.use_cases import balances, redeeming

routes = router("/v1/loyalty/redemptions", "Loyalty")
of_clients = router("/v1/loyalty/balances", "Loyalty")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[RedemptionView])
async def list_redemptions(
    work: Work, pages: Pages, query: Annotated[RedemptionFilters, Query()]
) -> Json:
    """List what points were redeemed for."""
    values = await RedemptionRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=RedemptionView,
    example={"client_id": "0190d0a2-0000-7000-8000-000000000001",
             "invoice_id": "0190d0a2-0000-7000-8000-000000000002", "points": "1"},
)  # fmt: skip
async def create_redemption(work: Work, context: Context, body: RedemptionCreate) -> Json:
    """Redeem points as a discount on the draft of an invoice; billing applies it a moment later."""
    wanted = redeeming.Wanted(**body.model_dump(), digest=body.digest())
    made = await redeeming.redeem(work, context, wanted)
    return Json(*await RedemptionRepository(work).shown(made.id), location=made.id)


@routes.get("/{redemption_id}", permission=READ, response_model=RedemptionView)
async def get_redemption(work: Work, redemption_id: UUID) -> Json:
    """Read a redemption, and what billing said of it."""
    return Json(*await RedemptionRepository(work).read(redemption_id))


@routes.post("/{redemption_id}/cancel", permission=WRITE, response_model=RedemptionView)
async def cancel_redemption(work: Work, redemption_id: UUID) -> Json:
    """Take the discount off the draft, and give the points back once billing has done so."""
    await redeeming.cancel(work, redemption_id)
    return Json(*await RedemptionRepository(work).shown(redemption_id))


@of_clients.get("", permission=READ, response_model=Page[LoyaltyBalanceView])
async def list_loyalty_balances(
    work: Work, query: Annotated[BalanceFilters, Query()]
) -> Page[LoyaltyBalanceView]:
    """Read how many points clients earned, redeemed and lost, what they have, and its worth."""
    found = await balances.balances(work, query.client_id)
    items = [LoyaltyBalanceView.model_validate(one) for one in found]
    return Page(items=items, next_cursor=None)
