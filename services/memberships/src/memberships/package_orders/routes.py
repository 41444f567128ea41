"""HTTP door of package orders."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from memberships.package_orders import use_cases
from memberships.package_orders.repository import LIST, PackageOrderRepository
from memberships.package_orders.schemas import (
    PackageOrderCreate,
    PackageOrderFilters,
    PackageOrderView,
)

routes = router("/v1/package-orders", "Package orders")

READ, WRITE = "memberships:read", "memberships:write"


@routes.get("", permission=READ, response_model=Page[PackageOrderView])
async def list_package_orders(
    work: Work, pages: Pages, query: Annotated[PackageOrderFilters, Query()]
) -> Json:
    """List the package orders of the clients you see."""
    values = await PackageOrderRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=PackageOrderView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "package_id": "01890a5d-ac96-774b-bcce-b302099a8081",
             "discount": {"type": "percent", "value": "10"}, "note": "عشر جلسات"},
)  # fmt: skip
async def create_package_order(work: Work, context: Context, body: PackageOrderCreate) -> Json:
    """Sell a client credit: it is invoiced, and charged once that is paid."""
    made = await use_cases.create_order(work, context, body.model_dump(), body.digest())
    return Json(*await PackageOrderRepository(work).shown(made.id), location=made.id)


@routes.get("/{package_order_id}", permission=READ, response_model=PackageOrderView)
async def get_package_order(work: Work, package_order_id: UUID) -> Json:
    """Read a package order."""
    return Json(*await PackageOrderRepository(work).read(package_order_id))


@routes.post("/{package_order_id}/cancel", permission=WRITE, response_model=PackageOrderView)
async def cancel_package_order(work: Work, package_order_id: UUID) -> Json:
    """Cancel an order that is not paid, and have its invoice withdrawn."""
    await use_cases.cancel_order(work, package_order_id)
    return Json(*await PackageOrderRepository(work).shown(package_order_id))
