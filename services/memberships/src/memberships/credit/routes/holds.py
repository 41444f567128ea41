"""HTTP door of holds."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.credit.repository.holds import LIST, HoldRepository
from memberships.credit.repository.usages import UsageRepository
from memberships.credit.schemas.moves import (
    HoldConsume,
    HoldCreate,
    HoldFilters,
    HoldView,
    UsageView,
)
from memberships.credit.use_cases import holding, using
from memberships.credit.use_cases.using import Use
from refs.about import ask_about, client_to_write
from refs.reading import ensure_tenant

routes = router("/v1/credit-holds", "Credit")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[HoldView])
async def list_credit_holds(
    work: Work, pages: Pages, query: Annotated[HoldFilters, Query()]
) -> Json:
    """List what is, or was, kept of the credit of the clients you see."""
    values = await HoldRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=HoldView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "credit_type_id": "01890a5d-ac96-774b-bcce-b302099a8058", "amount": "1",
             "note": "حجز الخميس", "source": "booking"},
)  # fmt: skip
async def hold_credit(work: Work, context: Context, body: HoldCreate) -> Json:
    """Keep credit for something: nothing else uses it, and it is not lost as its charge ends."""
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about(work, context, body.client_id)
    await using.look_ahead(work, body.client_id, body.credit_type_id)
    client = await client_to_write(work, body.client_id, said)
    made = await holding.hold(work, Use(**body.model_dump() | {"client_id": client.id}))
    return Json(*await HoldRepository(work).shown(made.id), location=made.id)


@routes.get("/{credit_hold_id}", permission=READ, response_model=HoldView)
async def get_credit_hold(work: Work, credit_hold_id: UUID) -> Json:
    """Read what is kept."""
    return Json(*await HoldRepository(work).read(credit_hold_id))


@routes.post(
    "/{credit_hold_id}/consume", permission=WRITE, response_model=UsageView,
    example={"occurred_at": "2026-03-15T09:30:00Z", "note": "جلسة علاج"},
)  # fmt: skip
async def consume_credit_hold(
    work: Work, context: Context, credit_hold_id: UUID, body: HoldConsume | None = None
) -> Json:
    """Use what was kept; the same usage where that was done before."""
    await ensure_tenant(context, work.tenant_id)
    made = await holding.consume(work, credit_hold_id, **(body or HoldConsume()).model_dump())
    return Json(*await UsageRepository(work).shown(made.id))


@routes.post("/{credit_hold_id}/release", permission=WRITE, response_model=HoldView)
async def release_credit_hold(work: Work, context: Context, credit_hold_id: UUID) -> Json:
    """Let go of what was kept."""
    await ensure_tenant(context, work.tenant_id)
    await holding.release(work, credit_hold_id)
    return Json(*await HoldRepository(work).shown(credit_hold_id))
