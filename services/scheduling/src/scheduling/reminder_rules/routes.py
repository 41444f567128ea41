"""HTTP door of rules of reminders."""

from dataclasses import asdict
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.reminder_rules import use_cases
from scheduling.reminder_rules.repository import LIST, ReminderRuleRepository
from scheduling.reminder_rules.schemas import (
    ReminderRuleCreate,
    ReminderRuleFilters,
    ReminderRuleUpdate,
    ReminderRuleView,
)
from scheduling.reminder_rules.tables import ReminderRule

routes = router("/v1/reminder-rules", "Reminders")

READ, MANAGE = "scheduling:read", "scheduling:manage"
_COLUMNS: Final = {"active": "is_active", "to": "sent_to"}


@routes.get("", permission=READ, response_model=Page[ReminderRuleView])
async def list_reminder_rules(
    work: Work, pages: Pages, query: Annotated[ReminderRuleFilters, Query()]
) -> Json:
    """List the rules by which clients and staff are reminded."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": "قبل الموعد بيوم", "minutes": 1440, "to": "both",
             "subject": {"ar": "موعدك غدًا مع {{ company.name }}"},
             "body": {"ar": "{{ client.name }}، موعدك: {{ appointment.when }}"}},
)  # fmt: skip
async def create_reminder_rule(work: Work, body: ReminderRuleCreate) -> ReminderRuleView:
    """Add a rule by which clients, staff or both are reminded."""
    return _shown(await use_cases.create_rule(work, _columns(body, body.model_dump())))


@routes.get("/{reminder_rule_id}", permission=READ)
async def get_reminder_rule(work: Work, reminder_rule_id: UUID) -> ReminderRuleView:
    """Read a rule of reminders."""
    return _shown(await ReminderRuleRepository(work).get(reminder_rule_id))


@routes.patch("/{reminder_rule_id}", permission=MANAGE, example={"minutes": 120})
async def update_reminder_rule(
    work: Work, reminder_rule_id: UUID, body: ReminderRuleUpdate
) -> ReminderRuleView:
    """Change a rule of reminders, or put it away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_rule(work, reminder_rule_id, changes))


@routes.delete("/{reminder_rule_id}", permission=MANAGE)
async def delete_reminder_rule(work: Work, reminder_rule_id: UUID) -> None:
    """Remove a rule; what it reminded of is still told."""
    await use_cases.delete_rule(work, reminder_rule_id)


def _columns(
    body: ReminderRuleCreate | ReminderRuleUpdate, given: dict[str, Any]
) -> dict[str, Any]:  # fmt: skip
    for name in ("subject", "body"):
        if given.get(name) is not None:
            given[name] = getattr(body, name).stored()
    return {_COLUMNS.get(name, name): value for name, value in given.items()}


def _shown(rule: ReminderRule) -> ReminderRuleView:
    told = {name: getattr(rule, column) for name, column in _COLUMNS.items()}
    return ReminderRuleView.model_validate(asdict(rule) | told)
