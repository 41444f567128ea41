"""HTTP door of charges."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.credit.repository.charges import LIST, ChargeRepository
from memberships.credit.schemas.charges import (
    ChargeCreate,
    ChargeExtend,
    ChargeFilters,
    ChargeRefund,
    ChargeView,
)
from memberships.credit.use_cases import charging
from refs.about import ask_about, client_to_write
from refs.home import today
from refs.reading import ensure_tenant

routes = router("/v1/credit-charges", "Credit")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[ChargeView])
async def list_credit_charges(
    work: Work, pages: Pages, query: Annotated[ChargeFilters, Query()]
) -> Json:
    """List what was charged to the clients you see."""
    values = {**await ChargeRepository(work).scope_values(), "today": await today(work)}
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=ChargeView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "credit_type_id": "01890a5d-ac96-774b-bcce-b302099a8058", "amount": "8",
             "starts_on": "2026-01-01", "expires_on": "2999-01-31", "description": "باقة يناير"},
)  # fmt: skip
async def record_credit_charge(work: Work, context: Context, body: ChargeCreate) -> Json:
    """Charge a client with credit."""
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about(work, context, body.client_id)
    client = await client_to_write(work, body.client_id, said)
    made = await charging.record_charge(work, client.id, body.model_dump())
    return Json(*await ChargeRepository(work).shown(made.id), location=made.id)


@routes.get("/{credit_charge_id}", permission=READ, response_model=ChargeView)
async def get_credit_charge(work: Work, credit_charge_id: UUID) -> Json:
    """Read a charge."""
    return Json(*await ChargeRepository(work).read(credit_charge_id))


@routes.post("/{credit_charge_id}/stop", permission=WRITE, response_model=ChargeView)
async def stop_credit_charge(work: Work, context: Context, credit_charge_id: UUID) -> Json:
    """Let nothing of a charge be used until it is resumed."""
    await ensure_tenant(context, work.tenant_id)
    await charging.stop(work, credit_charge_id)
    return Json(*await ChargeRepository(work).shown(credit_charge_id))


@routes.post("/{credit_charge_id}/resume", permission=WRITE, response_model=ChargeView)
async def resume_credit_charge(work: Work, context: Context, credit_charge_id: UUID) -> Json:
    """Let a stopped charge be used again."""
    await ensure_tenant(context, work.tenant_id)
    await charging.resume(work, credit_charge_id)
    return Json(*await ChargeRepository(work).shown(credit_charge_id))


@routes.post(
    "/{credit_charge_id}/extend", permission=WRITE, response_model=ChargeView,
    example={"expires_on": "2999-12-31"},
)  # fmt: skip
async def extend_credit_charge(
    work: Work, context: Context, credit_charge_id: UUID, body: ChargeExtend
) -> Json:
    """Let a charge be used until another day; what was lost at its end is there again."""
    await ensure_tenant(context, work.tenant_id)
    await charging.extend(work, credit_charge_id, body.expires_on)
    return Json(*await ChargeRepository(work).shown(credit_charge_id))


@routes.post(
    "/{credit_charge_id}/refund", permission=WRITE, response_model=ChargeView,
    example={"amount": "1"},
)  # fmt: skip
async def refund_credit_charge(
    work: Work, context: Context, credit_charge_id: UUID, body: ChargeRefund | None = None
) -> Json:
    """Take back what is unused of a charge; money goes back in billing."""
    await ensure_tenant(context, work.tenant_id)
    await charging.refund(work, credit_charge_id, body.amount if body else None)
    return Json(*await ChargeRepository(work).shown(credit_charge_id))
