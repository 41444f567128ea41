"""HTTP door of orders."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.invoices.repository.invoices import InvoiceRepository
from billing.orders.repository import LIST, OrderRepository
from billing.orders.schemas import (
    OrderCancelled,
    OrderCreate,
    OrderFilters,
    OrderInvoiceView,
    OrderUpdate,
    OrderView,
)
from billing.orders.use_cases import drafts, fulfilling
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/orders", "Orders")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[OrderView])
async def list_orders(
    work: Work, context: Context, pages: Pages, query: Annotated[OrderFilters, Query()]
) -> Json:
    """List the orders of the clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await OrderRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.post(
    "", permission=WRITE, status=201, response_model=OrderView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057", "currency": "SAR",
             "issue_date": "2026-03-01", "supply_date": "2026-03-20",
             "lines": [{"product_id": "01890a5d-ac96-774b-bcce-b302099a8071",
                        "description": "نظارة طبية", "quantity": "1", "unit_price": "450.00",
                        "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070"}],
             "deposit": "100.00"},
)  # fmt: skip
async def create_order(work: Work, context: Context, body: OrderCreate) -> Json:
    """Write an order down; it is a draft until it is confirmed."""
    order = await drafts.create_order(work, context, body.values(), body.digest())
    return Json(*await OrderRepository(work).shown(order.id), location=order.id)


@routes.get("/{order_id}", permission=READ, response_model=OrderView)
async def get_order(work: Work, context: Context, order_id: UUID) -> Json:
    """Read an order."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await OrderRepository(work).read(order_id))


@routes.patch(
    "/{order_id}", permission=WRITE, response_model=OrderView,
    example={"supply_date": "2026-03-25", "notes": "التسليم في الفرع"},
)  # fmt: skip
async def update_order(work: Work, context: Context, order_id: UUID, body: OrderUpdate) -> Json:
    """Change a draft; `lines` are replaced as a whole."""
    await drafts.update_order(work, context, order_id, body.changes())
    return Json(*await OrderRepository(work).shown(order_id))


@routes.delete("/{order_id}", permission="billing:delete")
async def delete_order(work: Work, order_id: UUID) -> None:
    """Remove a draft."""
    await drafts.delete_order(work, order_id)


@routes.post("/{order_id}/confirm", permission=WRITE, response_model=OrderView)
async def confirm_order(work: Work, context: Context, order_id: UUID) -> Json:
    """Agree to an order, which takes its number; it cannot be changed from then on."""
    await ensure_tenant(context, work.tenant_id)
    await fulfilling.confirm_order(work, order_id)
    return Json(*await OrderRepository(work).shown(order_id))


@routes.post("/{order_id}/fulfill", permission=WRITE, response_model=OrderView)
async def fulfill_order(work: Work, context: Context, order_id: UUID) -> Json:
    """Note that all of it was handed over or done."""
    await ensure_tenant(context, work.tenant_id)
    await fulfilling.fulfill_order(work, order_id)
    return Json(*await OrderRepository(work).shown(order_id))


@routes.post("/{order_id}/cancel", permission=WRITE, response_model=OrderView,
             example={"reason": "طلب العميل الإلغاء"})  # fmt: skip
async def cancel_order(
    work: Work, context: Context, order_id: UUID, body: OrderCancelled | None = None
) -> Json:
    """Call an order off that has no invoice."""
    await ensure_tenant(context, work.tenant_id)
    await fulfilling.cancel_order(work, order_id, (body or OrderCancelled()).reason)
    return Json(*await OrderRepository(work).shown(order_id))


@routes.post("/{order_id}/invoice", permission=WRITE, status=201, response_model=OrderInvoiceView)
async def invoice_order(work: Work, context: Context, order_id: UUID) -> Json:
    """Make the draft of an invoice of it, once; repeated it is the same one."""
    await ensure_tenant(context, work.tenant_id)
    invoice_id = await fulfilling.invoice_order(work, order_id)
    shown = await InvoiceRepository(work).shown(invoice_id)
    return Json(*shown, location=f"/v1/invoices/{invoice_id}")
