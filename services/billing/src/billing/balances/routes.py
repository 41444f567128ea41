"""HTTP door of balances."""

from uuid import UUID

from billing.balances.repository import balances
from billing.balances.schemas import BalanceView
from chassis.http.router import Context, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/balances", "Balances")


@routes.get("", permission="billing:read")
async def list_balances(work: Work, context: Context, client_id: UUID) -> Page[BalanceView]:
    """Tell how a client stands, by currency; with those merged into it."""
    await ensure_tenant(context, work.tenant_id)
    items = [BalanceView(**one) for one in await balances(work, client_id)]
    return Page(items=items, next_cursor=None)
