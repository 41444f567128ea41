"""HTTP door of policies."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.insurance.repository.policies import LIST, PolicyRepository
from clients.insurance.schemas import PolicyCreate, PolicyFilters, PolicyUpdate, PolicyView
from clients.insurance.use_cases import policies as use_cases

routes = router("/v1/insurance/policies", "Insurance")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[PolicyView])
async def list_insurance_policies(
    work: Work, pages: Pages, query: Annotated[PolicyFilters, Query()]
) -> Json:
    """List the policies of the clients you see, where their folder shows insurance."""
    values = await PolicyRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=PolicyView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "provider_id": "01890a5d-ac96-774b-bcce-b302099a8061", "number": "P-44120",
             "policy_class": "VIP", "starts_on": "2026-01-01", "ends_on": "2026-12-31",
             "coverage_percent": "80", "co_pay_percent": "20", "currency": "SAR",
             "co_pay_limit": "75.00", "annual_limit": "250000.00"},
)  # fmt: skip
async def add_insurance_policy(work: Work, body: PolicyCreate) -> Json:
    """Write down a policy of a client."""
    policy = await use_cases.add_policy(work, body.model_dump())
    return await _shown(work, policy.id)


@routes.get("/{policy_id}", permission=READ, response_model=PolicyView)
async def get_insurance_policy(work: Work, policy_id: UUID) -> Json:
    """Read a policy."""
    return Json(*await PolicyRepository(work).read(policy_id))


@routes.patch(
    "/{policy_id}", permission=WRITE, response_model=PolicyView,
    example={"ends_on": "2027-12-31", "coverage_percent": "90"},
)  # fmt: skip
async def update_insurance_policy(work: Work, policy_id: UUID, body: PolicyUpdate) -> Json:
    """Change a policy."""
    await use_cases.update_policy(work, policy_id, body.model_dump(exclude_unset=True))
    return await _shown(work, policy_id)


@routes.delete("/{policy_id}", permission=WRITE)
async def delete_insurance_policy(work: Work, policy_id: UUID) -> None:
    """Remove a policy on which nothing was claimed."""
    await use_cases.delete_policy(work, policy_id)


async def _shown(work: Work, policy_id: UUID) -> Json:
    return Json(*await PolicyRepository(work).read(policy_id), location=policy_id)
