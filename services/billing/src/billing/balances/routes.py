"""HTTP door of balances."""

from uuid import UUID

from billing.balances import use_cases
from billing.balances.repository import balances
from billing.balances.schemas import BalanceView
from chassis.http.router import Context, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/balances", "Balances")


@routes.get("", permission="billing:read")
async def list_balances(
    work: Work, context: Context, client_id: UUID, *, rollup: bool = False
) -> Page[BalanceView]:
    """Tell how a client stands, by currency; with those merged into it.

    With `rollup` (and `clients:read`) also with all clients below it that you see.
    """
    await ensure_tenant(context, work.tenant_id)
    if rollup:
        found = await use_cases.rolled_up(work, context, client_id)
    else:
        found = await balances(work, client_id)
    return Page(items=[BalanceView(**one) for one in found], next_cursor=None)
