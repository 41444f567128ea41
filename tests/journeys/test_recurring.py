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
