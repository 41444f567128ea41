"""HTTP door of reminders."""

from dataclasses import asdict
from typing import Annotated, Final
from uuid import UUID

from fastapi import Query

from billing.dunning import use_cases
from billing.dunning.repository import REMINDERS, RULES, DunningRuleRepository
from billing.dunning.schemas import (
    DunningRuleCreate,
    DunningRuleFilters,
    DunningRuleUpdate,
    DunningRuleView,
    ReminderView,
)
from billing.dunning.tables import DunningRule
from billing.invoices.repository.invoices import InvoiceRepository
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/dunning-rules", "Reminders")
of_invoices = router("/v1/invoices", "Reminders")

READ, MANAGE = "billing:read", "billing:manage"
_COLUMNS: Final = {"active": "is_active", "send": "is_mailed"}


@routes.get("", permission=READ, response_model=Page[DunningRuleView])
async def list_dunning_rules(
    work: Work, pages: Pages, query: Annotated[DunningRuleFilters, Query()]
) -> Json:
    """List the rules by which clients are reminded."""
    return Json(await RULES.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": "بعد أسبوع من الاستحقاق", "days": 7, "hour": 10, "send": True},
)  # fmt: skip
async def create_dunning_rule(work: Work, body: DunningRuleCreate) -> DunningRuleView:
    """Add a rule by which clients are reminded."""
    values = {_COLUMNS.get(name, name): value for name, value in body.model_dump().items()}
    return _shown(await use_cases.create_rule(work, values))


@routes.get("/{dunning_rule_id}", permission=READ)
async def get_dunning_rule(work: Work, dunning_rule_id: UUID) -> DunningRuleView:
    """Read a rule of reminders."""
    return _shown(await DunningRuleRepository(work).get(dunning_rule_id))


@routes.patch("/{dunning_rule_id}", permission=MANAGE, example={"active": False})
async def update_dunning_rule(
    work: Work, dunning_rule_id: UUID, body: DunningRuleUpdate
) -> DunningRuleView:
    """Change a rule of reminders, or put it away."""
    given = body.model_dump(exclude_unset=True)
    changes = {_COLUMNS.get(name, name): value for name, value in given.items()}
    return _shown(await use_cases.update_rule(work, dunning_rule_id, changes))


@routes.delete("/{dunning_rule_id}", permission=MANAGE)
async def delete_dunning_rule(work: Work, dunning_rule_id: UUID) -> None:
    """Remove a rule; what it reminded of stays told."""
    await use_cases.delete_rule(work, dunning_rule_id)


@of_invoices.get("/{invoice_id}/reminders", permission=READ, response_model=Page[ReminderView])
async def list_reminders(work: Work, context: Context, pages: Pages, invoice_id: UUID) -> Json:
    """List when and by which rule somebody was reminded of an invoice, oldest first."""
    await ensure_tenant(context, work.tenant_id)
    await InvoiceRepository(work).get(invoice_id)
    return Json(await REMINDERS.page(work, pages, {}, invoice_id=invoice_id))


def _shown(rule: DunningRule) -> DunningRuleView:
    told = {name: getattr(rule, column) for name, column in _COLUMNS.items()}
    return DunningRuleView.model_validate(asdict(rule) | told)
