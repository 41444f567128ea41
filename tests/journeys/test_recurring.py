"""A client is billed again and again, by the clock."""

from chassis.testing.eventually import eventually
from tests.product import Product


async def test_what_starts_today_is_billed_today(product: Product) -> None:
    """BI-16: the invoice is issued by the worker, and told on the client's timeline."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    line = {"description": "صيانة", "quantity": "1", "unit_price": "300.00"}
    made = await owner.post("/v1/subscriptions", {
        "client_id": client["id"], "interval": {"unit": "month"}, "lines": [line],
        "anchor_day": 31, "first_period": "full",
    })  # fmt: skip

    async def is_billed() -> bool:
        found = await owner.get("/v1/invoices", subscription_id=made["id"])
        told = await owner.events_of(client["id"])
        numbers = [one["number"] for one in found["items"]]
        return numbers == ["INV-000001"] and "billing.invoice.issued" in told

    await eventually(is_billed)
    shown = await owner.get(f"/v1/subscriptions/{made['id']}")
    assert shown["billed"] == 1 and shown["next_on"] > made["starts_on"]
    coming = await owner.get(f"/v1/subscriptions/{made['id']}/upcoming", limit=2)
    assert coming["items"][0]["period_from"] == shown["next_on"]


async def test_what_is_changed_and_ended_at_once_is_billed_and_given_back(
    product: Product,
) -> None:
    """BI-16: on its first day, so all of it."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    line = {"description": "صيانة", "quantity": "1", "unit_price": "300.00"}
    made = await owner.post("/v1/subscriptions", {
        "client_id": client["id"], "interval": {"unit": "month"}, "lines": [line],
    })  # fmt: skip
    path = f"/v1/subscriptions/{made['id']}"

    async def is_billed() -> bool:
        return bool((await owner.get(path))["billed"])

    await eventually(is_billed)
    body = {"effective": "now", "lines": [line | {"unit_price": "450.00"}]}
    told = (await owner.post(f"{path}/preview", body))["adjustment"]
    assert (told["kind"], told["total"]) == ("invoice", "150.00")
    await owner.ask("PATCH", path, json=body)
    ending = {"at": "now", "prorate": True}
    told = (await owner.post(f"{path}/cancel/preview", ending))["given_back"]
    assert {one["kind"]: one["total"] for one in told[:1]} == {"credit_note": "300.00"}
    await owner.post(f"{path}/cancel", ending)
    [stands] = (await owner.get("/v1/balances", client_id=client["id"]))["items"]
    assert (stands["due"], stands["invoiced"]) == ("0.00", "0.00")
