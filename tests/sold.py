"""How tests make what a company sells and asks money for."""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from chassis.shapes import FIRST_DAY
from chassis.testing.eventually import eventually
from tests.product import Json

if TYPE_CHECKING:
    from tests.world import World

WEBHOOK_SECRET = "whsec_diwan"


async def product(world: "World") -> str:
    return await world.made("/v1/products", {
        "name": world.text(), "sku": uuid4().hex, "prices": {"SAR": "100.00"},
        "tax_id": world.ids["tax_id"],
    })  # fmt: skip


async def series(world: "World") -> str:
    return await world.made("/v1/series", {
        "document_type": "invoice", "branch_id": world.ids["branch_id"], "prefix": new_prefix(),
    })  # fmt: skip


async def device(world: "World") -> str:
    """Each branch has one."""
    return await world.made(
        "/v1/e-invoicing/devices", {"branch_id": await world.fresh("branch_id")}
    )


async def active_device(world: "World") -> tuple[str, str]:
    """A device with its certificate, and its branch."""
    await world.person.ask("PATCH", "/v1/settings", json={
        "vat_number": "310122393500003", "registration_number": "1010010000",
        "address": {"building": "1234", "street": "العليا", "district": "الورود", "city": "الرياض",
                    "postal_code": "12211", "country_code": "SA"},
    })  # fmt: skip
    branch_id = await world.fresh("branch_id")
    path = "/v1/e-invoicing/devices"
    made = await world.made(path, {"branch_id": branch_id})
    await world.person.post(f"{path}/{made}/onboard", {"otp": "123345"})

    async def active() -> bool:
        return bool((await world.person.get(f"{path}/{made}"))["status"] == "active")

    await eventually(active)
    return made, branch_id


async def e_invoice(world: "World") -> tuple[str, str]:
    """One that the authority has yet to hear of, and a credit note of it."""
    _, branch_id = await active_device(world)
    settings = "/v1/settings/billing"
    body = _document(world) | {"branch_id": branch_id, "client_id": await world.fresh("client_id")}
    made = await world.made("/v1/invoices", body)
    await world.person.ask("PATCH", settings, json={"e_invoicing": True})
    await world.person.post(f"/v1/invoices/{made}/issue")
    note = await world.person.post(f"/v1/invoices/{made}/credit-notes", {"reason": "x"})
    await world.person.ask("PATCH", settings, json={"e_invoicing": False})
    return made, str(note["id"])


async def invoice(world: "World") -> str:
    """A draft about the client."""
    return await world.made("/v1/invoices", _document(world))


async def estimate(world: "World") -> str:
    """A draft about the client."""
    return await world.made("/v1/estimates", _document(world))


async def estimate_token(world: "World") -> str:
    """What the link of an estimate that was sent ends in."""
    sent = await world.person.post(f"/v1/estimates/{await estimate(world)}/send")
    return str(sent["share_url"]).rpartition("/")[2]


async def invoice_token(world: "World") -> str:
    """What the link of an issued invoice ends in."""
    made = await world.person.post(f"/v1/invoices/{await issued_invoice(world)}/link")
    return str(made["share_url"]).rpartition("/")[2]


async def payment_provider(world: "World") -> str:
    """An account at the Stripe beside the stack."""
    return await world.made("/v1/payment-providers", {
        "name": world.text(), "publishable_key": "pk_test_diwan", "secret_key": "sk_test_diwan",
        "webhook_secret": WEBHOOK_SECRET,
    })  # fmt: skip


async def checkout(world: "World") -> str:
    """Somebody is about to pay an invoice that was just issued."""
    path = f"/v1/invoices/{await issued_invoice(world)}/checkout"
    return await world.made(path, {})


async def begun_token(world: "World") -> str:
    """Of an invoice that somebody is about to pay by its link."""
    token = await invoice_token(world)
    answer = await world.product.http.post(f"/v1/public/invoices/{token}/checkout")
    assert answer.is_success, answer.text
    return token


async def order(world: "World") -> str:
    """A draft about the client."""
    return await world.made("/v1/orders", _document(world))


def _document(world: "World") -> Json:
    line = {"description": world.text(), "quantity": "2", "unit_price": "100.00",
            "tax_id": world.ids["tax_id"]}  # fmt: skip
    return {"client_id": world.ids["client_id"], "lines": [line], "notes": world.text()}


async def subscription(world: "World") -> str:
    """One that begins in a far day."""
    line = {"description": world.text(), "quantity": "1", "unit_price": "300.00",
            "tax_id": world.ids["tax_id"]}  # fmt: skip
    return await world.made("/v1/subscriptions", {
        "client_id": world.ids["client_id"], "name": world.text(), "lines": [line],
        "interval": {"unit": "month"}, "starts_on": "2099-01-31", "auto_issue": False,
    })  # fmt: skip


async def expense(world: "World") -> str:
    """Money spent for the client."""
    return await world.made("/v1/expenses", _entry(world))


async def income(world: "World") -> str:
    """Money that came in from the client, who was not invoiced for it."""
    body = {name: value for name, value in _entry(world).items() if name != "entry_category_id"}
    return await world.made("/v1/incomes", body)


def _entry(world: "World") -> dict[str, str]:
    return {
        "amount": "115.00", "client_id": world.ids["client_id"], "tax_id": world.ids["tax_id"],
        "entry_category_id": world.ids["entry_category_id"], "party": world.text(),
        "notes": world.text(),
    }  # fmt: skip


async def exchange_rate(world: "World") -> str:
    """Of a day that has none yet."""
    body = {"currency": "GBP", "rate": "4.75", "on": new_day(), "source": world.text()}
    return await world.made("/v1/exchange-rates", body)


async def issued_invoice(world: "World") -> str:
    made = await invoice(world)
    await world.person.post(f"/v1/invoices/{made}/issue")
    return made


async def credit_note(world: "World") -> str:
    """Some of an invoice that was just issued."""
    path = f"/v1/invoices/{await issued_invoice(world)}/credit-notes"
    line = {"description": world.text(), "quantity": "1", "unit_price": "10.00"}
    body = {"lines": [line | {"tax_id": world.ids["tax_id"]}], "reason": world.text()}
    return await world.made(path, body)


async def payment(world: "World", **fields: str) -> str:
    """Of the client, who has most of it left."""
    body = {"client_id": world.ids["client_id"], "amount": "1000.00", "currency": "SAR",
            "method": "cash", "reference": world.text(), **fields}  # fmt: skip
    return await world.made("/v1/payments", body)


async def cheque(world: "World", *steps: str) -> str:
    """A payment by cheque that has come so far."""
    made = await payment(world, method="cheque")
    for step in steps:
        await world.person.post(f"/v1/payments/{made}/{step}")
    return made


async def allocation(world: "World") -> str:
    """Some of the payment for an invoice that was just issued."""
    made = await issued_invoice(world)
    path = f"/v1/payments/{world.ids['payment_id']}/allocations"
    share = {"invoice_id": made, "amount": "1.00"}
    found = await world.person.post(path, {"allocations": [share]})
    return next(str(one["id"]) for one in found["allocations"] if one["invoice_id"] == made)


async def refund(world: "World") -> str:
    path = f"/v1/payments/{world.ids['payment_id']}/refunds"
    return await world.made(path, {"amount": "1.00", "reason": world.text()})


def new_day() -> str:
    """One of so many that two are hardly the same."""
    return (FIRST_DAY + timedelta(days=uuid4().int % 400_000)).isoformat()


def new_prefix() -> str:
    """One that no series has yet."""
    return f"{uuid4().hex[:12]}-"
