"""HTTP door of claims."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.insurance.repository.claims import LIST, ClaimRepository
from clients.insurance.schemas import (
    Approve,
    ClaimCreate,
    ClaimFilters,
    ClaimUpdate,
    ClaimView,
    Reject,
)
from clients.insurance.use_cases import claims as use_cases

routes = router("/v1/insurance/claims", "Insurance")

READ, WRITE = "clients:read", "clients:write"


@routes.get("", permission=READ, response_model=Page[ClaimView])
async def list_insurance_claims(
    work: Work, pages: Pages, query: Annotated[ClaimFilters, Query()]
) -> Json:
    """List the claims of the clients you see, where their folder shows insurance."""
    values = await ClaimRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=ClaimView,
    example={"policy_id": "01890a5d-ac96-774b-bcce-b302099a8062", "claimed_on": "2026-03-01",
             "amount": "115.00", "reference": "C-9001", "note": "كشف وتحاليل"},
)  # fmt: skip
async def add_insurance_claim(work: Work, body: ClaimCreate) -> Json:
    """Write down a claim on a policy; it is a draft until it is submitted."""
    claim = await use_cases.add_claim(work, body.model_dump())
    return await _shown(work, claim.id)


@routes.get("/{claim_id}", permission=READ, response_model=ClaimView)
async def get_insurance_claim(work: Work, claim_id: UUID) -> Json:
    """Read a claim."""
    return Json(*await ClaimRepository(work).read(claim_id))


@routes.patch(
    "/{claim_id}", permission=WRITE, response_model=ClaimView,
    example={"amount": "120.00", "reference": "C-9002"},
)  # fmt: skip
async def update_insurance_claim(work: Work, claim_id: UUID, body: ClaimUpdate) -> Json:
    """Change a claim; its date, amount and files only while it is a draft."""
    await use_cases.update_claim(work, claim_id, body.model_dump(exclude_unset=True))
    return await _shown(work, claim_id)


@routes.delete("/{claim_id}", permission=WRITE)
async def delete_insurance_claim(work: Work, claim_id: UUID) -> None:
    """Remove a draft."""
    await use_cases.delete_claim(work, claim_id)


@routes.post("/{claim_id}/submit", permission=WRITE, response_model=ClaimView)
async def submit_insurance_claim(work: Work, claim_id: UUID) -> Json:
    """Hand a draft in."""
    await use_cases.submit_claim(work, claim_id)
    return await _shown(work, claim_id)


@routes.post(
    "/{claim_id}/approve", permission=WRITE, response_model=ClaimView, example={"amount": "92.00"}
)
async def approve_insurance_claim(work: Work, claim_id: UUID, body: Approve) -> Json:
    """Note that the insurer grants a submitted claim, all of it or less."""
    await use_cases.approve_claim(work, claim_id, body.amount)
    return await _shown(work, claim_id)


@routes.post(
    "/{claim_id}/reject", permission=WRITE, response_model=ClaimView,
    example={"reason": "الخدمة غير مغطاة"},
)  # fmt: skip
async def reject_insurance_claim(work: Work, claim_id: UUID, body: Reject) -> Json:
    """Note that the insurer does not pay a submitted claim, and why."""
    await use_cases.reject_claim(work, claim_id, body.reason)
    return await _shown(work, claim_id)


@routes.post("/{claim_id}/pay", permission=WRITE, response_model=ClaimView)
async def pay_insurance_claim(work: Work, claim_id: UUID) -> Json:
    """Note that the insurer has paid an approved claim."""
    await use_cases.pay_claim(work, claim_id)
    return await _shown(work, claim_id)


async def _shown(work: Work, claim_id: UUID) -> Json:
    return Json(*await ClaimRepository(work).read(claim_id), location=claim_id)
