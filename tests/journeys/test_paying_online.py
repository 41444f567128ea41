"""A story: an invoice goes out by a link, its client pays by card, and gets some of it back."""

from chassis.testing.eventually import eventually
from tests.local_stripe import KEY, LocalStripe
from tests.product import Product


async def test_a_client_pays_an_invoice_online(product: Product, stripe: LocalStripe) -> None:
    """BI-03, BI-09, BI-12: what Stripe tells, signed by itself, is asked for and received once."""
    owner = await product.sign_up()
    account = await owner.post("/v1/payment-providers", {
        "name": "البطاقات", "publishable_key": "pk_test_diwan", "secret_key": KEY,
        "webhook_secret": "whsec_journey",
    })  # fmt: skip
    await stripe.tell(account["webhook_url"], "whsec_journey")
    client = await owner.post("/v1/clients", {"name": "سارة القحطاني"})
    line = {"description": "استشارة", "quantity": "1", "unit_price": "100.00"}
    draft = await owner.post("/v1/invoices", {"client_id": client["id"], "lines": [line]})
    await owner.post(f"/v1/invoices/{draft['id']}/issue")
    sent = await owner.post(f"/v1/invoices/{draft['id']}/send")
    path = sent["share_url"][sent["share_url"].index("/v1") :]
    seen = (await product.http.get(path)).json()
    assert (seen["balance"], seen["pay_methods"][0]["kind"]) == ("100.00", "stripe")
    begun = (await product.http.post(f"{path}/checkout")).json()
    assert await stripe.pay(begun["client_secret"].partition("_secret")[0]) == 200

    async def is_paid() -> bool:
        return bool((await product.http.get(path)).json()["status"] == "paid")

    await eventually(is_paid)
    [payment] = (await owner.get("/v1/payments", client_id=client["id"]))["items"]
    assert (payment["method"], payment["amount"]) == ("online", "100.00")
    refunds = f"/v1/payments/{payment['id']}/refunds"
    asked = await owner.post(refunds, {"amount": "40.00"})

    async def went_back() -> bool:
        found = await owner.get(f"{refunds}/{asked['id']}")
        return bool(found["status"] == "succeeded")

    await eventually(went_back)
    await owner.sees(
        client["id"], "billing.invoice.sent", "billing.invoice.viewed", "billing.checkout.started",
        "billing.checkout.succeeded", "billing.payment.received", "billing.payment.refunded",
    )  # fmt: skip
