"""A membership is billed again and again, by the clock: its next bill stands where staff look."""

from typing import Any
from uuid import UUID

import asyncpg

from chassis.testing.eventually import eventually
from local.stack import Stack
from tests.chaos.kept import renew_now
from tests.product import Json, Person, Product


async def test_a_membership_that_renews_is_billed_by_the_clock(
    stack: Stack, product: Product
) -> None:
    """BI-16, ME-19: its invoices are made for it, each due on the renewal date that is shown; it
    makes no subscription, and once a bill is out no other one is made before that is paid.
    """
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    package = await owner.post("/v1/packages", {
        "name": "شهري", "kind": "membership", "price": "300.00", "currency": "SAR",
        "period": {"unit": "month", "count": 1},
    })  # fmt: skip
    await owner.ask("PATCH", "/v1/settings/memberships", json={"renew_days_before": 31})
    sold = await owner.post("/v1/memberships", {
        "client_id": client["id"], "package_id": package["id"], "auto_renew": True,
    })  # fmt: skip
    path = f"/v1/memberships/{sold['id']}"
    [first] = await eventually(lambda: _invoices(owner, client, 1))
    await _pay(owner, first)
    active = await eventually(lambda: _paid_until(owner, path))
    await _sweep(stack, owner)
    second = (await eventually(lambda: _invoices(owner, client, 2)))[-1]
    assert (second["status"], second["total"]) == ("issued", first["total"])
    assert second["due_date"] == active["renewal_date"]
    # What runs by itself, and when it is billed next, in one list.
    [listed] = (await owner.get("/v1/memberships", client_id=client["id"], auto_renew=True))[
        "items"
    ]
    assert (listed["id"], listed["status"]) == (sold["id"], "active")
    assert listed["renewal_date"] == second["due_date"]
    assert (listed["invoice_id"], listed["period"]["number"]) == (second["id"], 2)
    assert (await owner.get("/v1/subscriptions", client_id=client["id"]))["items"] == []
    await _sweep(stack, owner)
    await _pay(owner, second)
    await eventually(lambda: _paid_until(owner, path, after=active["renewal_date"]))
    assert len(await eventually(lambda: _invoices(owner, client, 2))) == 2


async def _sweep(stack: Stack, owner: Person) -> None:
    """What the clock does every five minutes."""
    connection = await asyncpg.connect(stack.database_url("memberships", "superuser"))
    try:
        await renew_now(connection, UUID(owner.tenant["id"]), "clock")
    finally:
        await connection.close()


async def _invoices(owner: Person, client: Json, number: int) -> Any:
    """The client's invoices once there are so many, oldest first."""
    found = (await owner.get("/v1/invoices", client_id=client["id"], sort="created_at"))["items"]
    return found if len(found) == number else None


async def _pay(owner: Person, invoice: Json) -> None:
    paid = [{"invoice_id": invoice["id"], "amount": invoice["total"]}]
    await owner.post("/v1/payments", {
        "client_id": invoice["client_id"], "amount": invoice["total"], "currency": "SAR",
        "method": "cash", "allocations": paid,
    })  # fmt: skip


async def _paid_until(owner: Person, path: str, *, after: str = "") -> Any:
    shown = await owner.get(path)
    return shown if (shown["renewal_date"] or "") > after else None
