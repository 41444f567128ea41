"""HTTP door of the rules by which points are earned."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from memberships.loyalty.repository.programme import LIST, LoyaltyRuleRepository
from memberships.loyalty.schemas import (
    LoyaltyRuleCreate,
    LoyaltyRuleFilters,
    LoyaltyRuleUpdate,
    LoyaltyRuleView,
)
from memberships.loyalty.use_cases import programme

routes = router("/v1/loyalty/rules", "Loyalty")

READ, MANAGE = "memberships:read", "memberships:manage"


@routes.get("", permission=READ, response_model=Page[LoyaltyRuleView])
async def list_loyalty_rules(
    work: Work, pages: Pages, query: Annotated[LoyaltyRuleFilters, Query()]
) -> Json:
    """List which money brings points."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201, response_model=LoyaltyRuleView,
    example={"name": "نقطة لكل عشرة ريالات", "priority": 1, "amount_per_point": "10.00",
             "currency": "SAR", "minimum_spend": "50.00",
             "expires_after": {"unit": "year", "count": 1}},
)  # fmt: skip
async def create_loyalty_rule(work: Work, body: LoyaltyRuleCreate) -> Json:
    """Add a rule by which points are earned."""
    made = await programme.create_rule(work, body.model_dump())
    return Json(*await LoyaltyRuleRepository(work).read(made.id), location=made.id)


@routes.get("/{loyalty_rule_id}", permission=READ, response_model=LoyaltyRuleView)
async def get_loyalty_rule(work: Work, loyalty_rule_id: UUID) -> Json:
    """Read a rule."""
    return Json(*await LoyaltyRuleRepository(work).read(loyalty_rule_id))


@routes.patch(
    "/{loyalty_rule_id}", permission=MANAGE, response_model=LoyaltyRuleView,
    example={"active": False},
)  # fmt: skip
async def update_loyalty_rule(work: Work, loyalty_rule_id: UUID, body: LoyaltyRuleUpdate) -> Json:
    """Change a rule, or put it away; what was earned stays."""
    await programme.update_rule(work, loyalty_rule_id, body.model_dump(exclude_unset=True))
    return Json(*await LoyaltyRuleRepository(work).read(loyalty_rule_id))


@routes.delete("/{loyalty_rule_id}", permission=MANAGE)
async def delete_loyalty_rule(work: Work, loyalty_rule_id: UUID) -> None:
    """Remove a rule; what was earned stays."""
    await programme.delete_rule(work, loyalty_rule_id)
