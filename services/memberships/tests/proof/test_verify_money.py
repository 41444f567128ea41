"""`memberships verify`: what was paid, and what goes with it, is what billing told."""

import pytest

from chassis.testing.person import Person
from memberships.proof.schedules import prove
from services.memberships.tests.billing import Billing, ask
from services.memberships.tests.factories import make_credit_type, make_order, make_package
from services.memberships.tests.memberships.holding import on_the
from services.memberships.tests.proof.test_verify import plant
from services.memberships.tests.sales.selling import MEMBERSHIPS, cause, pay, sell

FAULTS = {
    "an invoice was paid that nobody paid": (
        "update heard_invoices set status = 'issued' where status = 'paid'",
        "whether period 1 is paid"),
    "a period counts that is not paid": (
        "update membership_periods set paid_at = null, invoice_id = null where number = 2",
        "whether period 2 counts"),
    "credit is there that was taken back": (
        "update credit_lots set taken_back_at = null where taken_back_at is not null",
        "whether there is credit of period 1"),
}  # fmt: skip


OF_ORDERS = {
    "an order is paid that nobody paid": (
        "update heard_invoices set status = 'issued' where status = 'paid'", "whether it is paid"),
    "credit is gone that was paid": (
        "update credit_lots set taken_back_at = now()", "whether there is credit of it"),
}  # fmt: skip


async def _busy(owner: Person, billing: Billing) -> None:
    kind = (await make_credit_type(owner))["id"]
    credit = {"credits": [{"credit_type_id": kind, "amount": "8"}]}
    silver, gold = [await make_package(owner, price=one, **credit) for one in ("300.00", "500.00")]
    async with on_the(owner, "2026-04-01"):
        made = await sell(owner, package_id=silver["id"])
        await pay(owner, billing, made, 1)
        await owner.post(f"{MEMBERSHIPS}/{made['id']}/change", {"package_id": gold["id"]})
        await pay(owner, billing, made, 2)
        await billing.becomes(owner, cause(made, 2), "issued")
        await billing.becomes(owner, cause(made, 2), "paid")


async def test_what_was_done_fits(owner: Person, billing: Billing) -> None:
    """ME-06: sold, paid, changed, reopened and paid again."""
    await _busy(owner, billing)
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


@pytest.mark.parametrize("fault", FAULTS)
async def test_no_fault_escapes(owner: Person, billing: Billing, fault: str) -> None:
    """ME-06: the first figure that does not fit is named."""
    await _busy(owner, billing)
    query, figure = FAULTS[fault]
    await plant(owner, query)
    found = await prove(owner.service.context, owner.caller.tenant_id)
    assert found is not None
    assert found.figure == figure


@pytest.mark.parametrize("fault", OF_ORDERS)
async def test_no_fault_of_an_order_escapes(owner: Person, billing: Billing, fault: str) -> None:
    """ME-15: nor is any told of orders that fit: cancelled, credited, reopened and paid again."""
    orders = [await make_order(owner) for _ in range(4)]
    await ask(owner)
    paid, credited, gone, _ = [f"package_order:{one['id']}" for one in orders]
    await billing.becomes(owner, credited, "paid")
    await billing.becomes(owner, credited, "credited")
    await owner.post(f"/v1/package-orders/{orders[2]['id']}/cancel")
    await billing.becomes(owner, gone, "paid")
    half = {"total": "230.00", "paid": "115.00", "credited": "115.00"}
    for status in ("paid", "issued", "paid"):
        await billing.becomes(owner, paid, status, **half)
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
    query, figure = OF_ORDERS[fault]
    await plant(owner, query)
    found = await prove(owner.service.context, owner.caller.tenant_id)
    assert found is not None
    assert (found.about.split()[:2], found.figure) == (["package", "order"], figure)
