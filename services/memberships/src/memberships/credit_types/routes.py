"""HTTP door of credit types."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from memberships.credit_types import use_cases
from memberships.credit_types.repository import LIST, CreditTypeRepository
from memberships.credit_types.rules import written
from memberships.credit_types.schemas import (
    CreditTypeCreate,
    CreditTypeFilters,
    CreditTypeUpdate,
    CreditTypeView,
)
from memberships.credit_types.tables import CreditType

routes = router("/v1/credit-types", "Credit types")

READ, MANAGE = "memberships:read", "memberships:manage"


@routes.get("", permission=READ, response_model=Page[CreditTypeView])
async def list_credit_types(
    work: Work, pages: Pages, query: Annotated[CreditTypeFilters, Query()]
) -> Json:
    """List what credit is counted in."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "جلسات", "en": "Sessions"}, "unit": {"ar": "جلسة", "en": "session"}},
)  # fmt: skip
async def create_credit_type(work: Work, body: CreditTypeCreate) -> CreditTypeView:
    """Add a credit type."""
    return _shown(await use_cases.create_credit_type(work, _columns(body, body.model_dump())))


@routes.get("/{credit_type_id}", permission=READ)
async def get_credit_type(work: Work, credit_type_id: UUID) -> CreditTypeView:
    """Read a credit type."""
    return _shown(await CreditTypeRepository(work).get(credit_type_id))


@routes.patch("/{credit_type_id}", permission=MANAGE, example={"active": False})
async def update_credit_type(
    work: Work, credit_type_id: UUID, body: CreditTypeUpdate
) -> CreditTypeView:
    """Change a credit type, or put it away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_credit_type(work, credit_type_id, changes))


@routes.delete("/{credit_type_id}", permission=MANAGE)
async def delete_credit_type(work: Work, credit_type_id: UUID) -> None:
    """Remove a credit type that nothing was counted in."""
    await use_cases.delete_credit_type(work, credit_type_id)


def _columns(body: CreditTypeCreate | CreditTypeUpdate, given: dict[str, Any]) -> dict[str, Any]:
    for name in ("name", "unit", "description"):
        if given.get(name) is not None:
            given[name] = getattr(body, name).stored()
    if "active" in given:
        given["is_active"] = given.pop("active")
    return given


def _shown(found: CreditType) -> CreditTypeView:
    low = found.low_balance
    told = None if low is None else written(low, found.decimals)
    return CreditTypeView.model_validate(
        asdict(found) | {"active": found.is_active, "low_balance": told}
    )
