"""What becomes of an order: confirmed, fulfilled, called off, made an invoice of."""

from uuid import UUID

from billing.invoices.use_cases.drafts import make_invoice_of
from billing.orders import events, rules
from billing.orders.repository import OrderRepository
from billing.orders.tables import Order
from billing.series.use_cases import take_number
from chassis.work import UnitOfWork


async def confirm_order(work: UnitOfWork, order_id: UUID) -> Order:
    """Agree to an order, which takes its number; from then on it stays as it is."""
    order = await OrderRepository(work).get_for_update(order_id)
    return await _confirm(work, order)


async def fulfill_order(work: UnitOfWork, order_id: UUID) -> Order:
    """Note that all of it was handed over or done."""
    orders = OrderRepository(work)
    known = await orders.get_for_update(order_id)
    status = rules.fulfilled(known.status)
    order = await orders.update(known, status=status.value, fulfilled_at=work.now)
    work.publish(events.order_changed("fulfilled", order))
    return order


async def cancel_order(work: UnitOfWork, order_id: UUID, reason: str | None) -> Order:
    """Call an order off that has no invoice."""
    orders = OrderRepository(work)
    known = await orders.get_for_update(order_id)
    status = rules.cancelled(known.status, known.invoice_id)
    order = await orders.update(
        known, status=status.value, cancelled_at=work.now, cancel_reason=reason
    )
    work.publish(events.order_changed("cancelled", order))
    return order


async def invoice_order(work: UnitOfWork, order_id: UUID) -> UUID:
    """Make an invoice of it, once: repeated it is the same one."""
    orders = OrderRepository(work)
    known = await orders.get_for_update(order_id)
    if known.invoice_id is not None:
        work.status = 200
        return known.invoice_id
    rules.check_invoiceable(known.status)
    if known.status == rules.Status.DRAFT:
        known = await _confirm(work, known)
    invoice = await make_invoice_of(work, known, order_id=known.id)
    invoiced = await orders.update(known, invoice_id=invoice.id)
    work.publish(events.order_changed("invoiced", invoiced))
    return invoice.id


async def _confirm(work: UnitOfWork, order: Order) -> Order:
    rules.check_draft(order.status)
    # Whoever else takes a number waits from here on.
    taken = await take_number(work, "order", order.branch_id)
    confirmed = await OrderRepository(work).update(
        order, status=rules.Status.CONFIRMED.value, confirmed_at=work.now, number=taken.number,
        series_id=taken.series_id,
    )  # fmt: skip
    work.publish(events.order_changed("confirmed", confirmed))
    return confirmed
