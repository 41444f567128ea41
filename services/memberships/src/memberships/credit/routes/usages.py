"""HTTP door of uses."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.credit.repository.usages import LIST, UsageRepository
from memberships.credit.schemas.moves import UsageCreate, UsageFilters, UsageView
from memberships.credit.use_cases import using
from refs.about import ask_about, client_to_write
from refs.reading import ensure_tenant

routes = router("/v1/credit-usages", "Credit")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[UsageView])
async def list_credit_usages(
    work: Work, pages: Pages, query: Annotated[UsageFilters, Query()]
) -> Json:
    """List what the clients you see have used."""
    values = await UsageRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=UsageView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "credit_type_id": "01890a5d-ac96-774b-bcce-b302099a8058", "amount": "1",
             "occurred_at": "2026-03-15T09:30:00Z", "note": "جلسة علاج", "source": "manual"},
)  # fmt: skip
async def use_credit(work: Work, context: Context, body: UsageCreate) -> Json:
    """Use credit: of the charges that end first, and of which the usage says how much each paid."""
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about(work, context, body.client_id)
    await using.look_ahead(work, body.client_id, body.credit_type_id)
    client = await client_to_write(work, body.client_id, said)
    wanted = using.Use(**body.model_dump() | {"client_id": client.id})
    made = await using.use(work, wanted)
    return Json(*await UsageRepository(work).shown(made.id), location=made.id)


@routes.get("/{credit_usage_id}", permission=READ, response_model=UsageView)
async def get_credit_usage(work: Work, credit_usage_id: UUID) -> Json:
    """Read what was used."""
    return Json(*await UsageRepository(work).read(credit_usage_id))


@routes.post("/{credit_usage_id}/reverse", permission=WRITE, response_model=UsageView)
async def reverse_credit_usage(work: Work, context: Context, credit_usage_id: UUID) -> Json:
    """Put what was used back to the charges that paid it; of those that ended it is lost."""
    await ensure_tenant(context, work.tenant_id)
    await using.reverse(work, credit_usage_id)
    return Json(*await UsageRepository(work).shown(credit_usage_id))
