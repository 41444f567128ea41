"""HTTP door of assignment rules."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from edge.assignment_rules import rules, use_cases
from edge.assignment_rules.repository import LIST, AssignmentRuleRepository
from edge.assignment_rules.schemas import (
    AssignmentRuleCreate,
    AssignmentRuleUpdate,
    AssignmentRuleView,
)  # fmt: skip
from edge.assignment_rules.tables import AssignmentRule

routes = router("/v1/assignment-rules", "Users and roles")
_MANAGE = "identity:manage"


@routes.get("", permission=_MANAGE, response_model=Page[AssignmentRuleView])
async def list_rules(
    work: Work, pages: Pages, enabled: Annotated[bool | None, Query()] = None
) -> Json:
    """List the rules by which clients without staff are assigned, in the order they are tried."""
    return Json(await LIST.page(work, pages, {"enabled": enabled}))


@routes.post(
    "", permission=_MANAGE, status=201,
    example={"name": "الخليج", "country_code": "SA", "enabled": True,
             "user_ids": ["0190a5d0-0000-7000-8000-000000000000"]},
)  # fmt: skip
async def create_rule(work: Work, body: AssignmentRuleCreate) -> AssignmentRuleView:
    """Make a rule: who takes turns at clients of a folder, a country, or all."""
    return _view(await use_cases.create_rule(work, body.model_dump()))


@routes.get("/{assignment_rule_id}", permission=_MANAGE)
async def get_rule(work: Work, assignment_rule_id: UUID) -> AssignmentRuleView:
    """Read an assignment rule."""
    return _view(await AssignmentRuleRepository(work).get(assignment_rule_id))


@routes.patch("/{assignment_rule_id}", permission=_MANAGE, example={"enabled": True, "order": 2})
async def update_rule(
    work: Work, assignment_rule_id: UUID, body: AssignmentRuleUpdate
) -> AssignmentRuleView:
    """Change an assignment rule; it counts for clients that come from now on."""
    changes = body.model_dump(exclude_unset=True)
    return _view(await use_cases.update_rule(work, assignment_rule_id, changes))


@routes.delete("/{assignment_rule_id}", permission=_MANAGE)
async def delete_rule(work: Work, assignment_rule_id: UUID) -> None:
    """Remove an assignment rule."""
    await use_cases.delete_rule(work, assignment_rule_id)


def _view(rule: AssignmentRule) -> AssignmentRuleView:
    shown = {
        name: getattr(rule, rules.FIELDS.get(name, name))
        for name in AssignmentRuleView.model_fields
    }
    return AssignmentRuleView(**shown)
