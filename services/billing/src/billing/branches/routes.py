"""HTTP door of branches."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from billing.branches import use_cases
from billing.branches.repository import LIST, BranchRepository
from billing.branches.schemas import BranchCreate, BranchFilters, BranchUpdate, BranchView
from billing.branches.tables import Branch
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/branches", "Branches")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[BranchView])
async def list_branches(work: Work, pages: Pages, query: Annotated[BranchFilters, Query()]) -> Json:
    """List the branches."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "فرع الرياض", "en": "Riyadh branch"}, "code": "RUH",
             "address": {"building": "8228", "street": "طريق الملك فهد", "district": "العليا",
                         "city": "الرياض", "postal_code": "12214", "country_code": "SA"}},
)  # fmt: skip
async def create_branch(work: Work, body: BranchCreate) -> BranchView:
    """Add a branch."""
    return _shown(await use_cases.create_branch(work, _values(body, body.model_dump())))


@routes.get("/{branch_id}", permission=READ)
async def get_branch(work: Work, branch_id: UUID) -> BranchView:
    """Read a branch."""
    return _shown(await BranchRepository(work).get(branch_id))


@routes.patch("/{branch_id}", permission=MANAGE, example={"registration_number": "1010010030"})
async def update_branch(work: Work, branch_id: UUID, body: BranchUpdate) -> BranchView:
    """Change a branch; issued documents keep what they were issued with."""
    changes = _values(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_branch(work, branch_id, changes))


@routes.delete("/{branch_id}", permission=MANAGE)
async def delete_branch(work: Work, branch_id: UUID) -> None:
    """Remove a branch that nothing is numbered for."""
    await use_cases.delete_branch(work, branch_id)


def _values(body: BranchCreate | BranchUpdate, given: dict[str, Any]) -> dict[str, Any]:
    """By the names of the columns; of an address what is there."""
    values = dict(given)
    if "name" in values:
        values["name"] = body.name.stored()
    if "address" in values and body.address is not None:
        values["address"] = body.address.model_dump(exclude_none=True)
    if "active" in values:
        values["is_active"] = values.pop("active")
    return values


def _shown(branch: Branch) -> BranchView:
    return BranchView.model_validate(asdict(branch) | {"active": branch.is_active})
