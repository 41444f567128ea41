"""What can be done with package orders, and what their invoices do to them."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from memberships.bills import rules as bills
from memberships.bills.use_cases import Outcome, Wanted, ask_billing
from memberships.credit_grants.rules import ALL, NOTHING
from memberships.credit_grants.use_cases import Grant, settle
from memberships.defaults.rules import Invoicing
from memberships.defaults.use_cases import settings_of
from memberships.package_orders import events, rules
from memberships.package_orders.repository import PackageOrderRepository
from memberships.package_orders.rules import Status
from memberships.package_orders.tables import PackageOrder
from memberships.packages.rules import terms
from memberships.packages.use_cases import package_to_sell
from refs import about
from refs.home import today

Json = dict[str, Any]
_SOURCE: Final = "package_order"


async def create_order(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> PackageOrder:
    """Sell a client credit; billing is asked for its invoice by a job.

    Where nothing is to be paid it is charged at once.
    """
    said = await about.ask_about(work, context, values["client_id"])
    orders = PackageOrderRepository(work)
    if values["id"]:
        await orders.check(values["id"])
    client = await about.client_to_write(work, values["client_id"], said)
    if (known := await orders.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    package = await package_to_sell(work, values["package_id"], "credit")
    sold = terms(package)
    bills.check_discount(sold, values["discount"])
    order = await orders.add(
        **values | {"client_id": client.id}, terms=sold, charges=0, digest=digest,
        status=Status.PENDING.value, created_by=work.caller.principal,
    )  # fmt: skip
    work.publish(events.package_order_changed("created", order))
    if not bills.price_after(sold, order.discount):
        order = await _become(work, order, Status.PAID)
        await settle(work, await _granted(work, order))
        return order
    await ask_billing(work, [await _wanted(work, order)])
    return order


async def cancel_order(work: UnitOfWork, order_id: UUID) -> PackageOrder:
    """Cancel an order that is not paid, whose invoice is withdrawn by a job; of one that cost
    nothing what is unused is taken back.
    """
    order = await PackageOrderRepository(work).get_for_update(order_id)
    if order.status in (Status.CANCELLED, Status.REVERSED):
        return order
    if order.status != Status.PAID:
        await _withdraw(work, [order])
        return await _become(work, order, Status.CANCELLED)
    rules.check_cost_nothing(order.terms, order.discount)
    reversed_ = await _become(work, order, Status.REVERSED)
    await settle(work, await _granted(work, reversed_))
    return reversed_


async def take_outcomes(work: UnitOfWork, outcomes: Sequence[Outcome]) -> list[Grant]:
    """What billing answered for orders, or told of their invoices; the credit that calls for."""
    if not outcomes:
        return []
    orders = await PackageOrderRepository(work).locked([one.bill.subject_id for one in outcomes])
    grants: list[Grant] = []
    for one in outcomes:
        order = orders.get(one.bill.subject_id)
        if order is not None:
            orders[order.id] = await _take(work, order, one, grants)
    return grants


async def forget_orders(work: UnitOfWork, client_id: UUID) -> None:
    """Keep of the orders of a client who is erased what was sold, and for how much; what they
    have not paid is not asked of them.
    """
    unpaid = await PackageOrderRepository(work).forget(client_id)
    await _withdraw(work, unpaid)
    for one in unpaid:
        await _become(work, one, Status.CANCELLED)


async def _take(
    work: UnitOfWork, order: PackageOrder, outcome: Outcome, grants: list[Grant]
) -> PackageOrder:  # fmt: skip
    orders = PackageOrderRepository(work)
    if outcome.problem is not None:
        is_refused = order.status == Status.PENDING
        status = Status.FAILED.value if is_refused else order.status
        failed = await orders.update(order, status=status, problem=outcome.problem)
        work.publish(events.package_order_changed("failed", failed))
        return failed
    if outcome.invoice is None:
        return order
    invoice = outcome.invoice
    order = await orders.update(order, invoice_id=invoice.id)
    if order.status == Status.CANCELLED and not bills.has_ended(invoice):
        # It was being made, or was paid, as the order was cancelled.
        await _withdraw(work, [order])
    status = rules.after(order.status, invoice, was_charged=order.charges > 0)
    changed = await _become(work, order, status)
    kept = bills.kept_share(invoice.total_minor, invoice.credited_minor)
    if changed is not order or kept < 1:
        grants += await _granted(work, changed, kept)
    return changed


async def _become(work: UnitOfWork, order: PackageOrder, status: Status) -> PackageOrder:
    """It stands so from now on."""
    if order.status == status:
        return order
    is_paid = status == Status.PAID
    changed = await PackageOrderRepository(work).update(
        order, status=status.value, problem=None, paid_at=work.now if is_paid else None,
        charges=max(order.charges, int(is_paid)),
    )  # fmt: skip
    work.publish(events.package_order_changed(rules.told(order.status, status), changed))
    return changed


async def _granted(
    work: UnitOfWork, order: PackageOrder, kept: Fraction = ALL
) -> list[Grant]:  # fmt: skip
    """Its credit is charged as far as it is paid and not credited; else it is taken back."""
    if not order.charges:
        return []
    return [Grant(
        cause=rules.charge_cause(order.id, order.charges), client_id=order.client_id,
        terms=order.terms, starts_on=await today(work), source=_SOURCE,
        kept=kept if order.status == Status.PAID else NOTHING,
    )]  # fmt: skip


async def _withdraw(work: UnitOfWork, orders: Iterable[PackageOrder]) -> None:
    """Have the invoices of those withdrawn that have one."""
    await ask_billing(work, [
        Wanted(
            f"{rules.cause(one.id)}:withdraw", bills.Kind.ORDER, one.id, one.client_id,
            {"invoice_id": str(one.invoice_id), "reason": rules.WITHDRAWN}, bills.Action.WITHDRAW,
        ) for one in orders if one.invoice_id is not None
    ])  # fmt: skip


async def _wanted(work: UnitOfWork, order: PackageOrder) -> Wanted:
    issue = (await settings_of(work)).invoices == Invoicing.ISSUED
    line = bills.package_line(order.terms, order.discount)
    request = bills.invoice_request(order.client_id, order.terms, [line], issue=issue)
    return Wanted(rules.cause(order.id), bills.Kind.ORDER, order.id, order.client_id, request)
