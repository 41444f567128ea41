"""A client is asked for money, and pays: from a draft to what their record tells."""

import asyncio
import re
from uuid import uuid4

from chassis.testing.eventually import eventually
from tests.product import Person, Product


async def test_a_client_owes_what_was_issued(product: Product) -> None:
    """BI-01, BI-02, BI-12, CL-03: the country's VAT, numbers in order, timeline and balance."""
    owner = await product.sign_up()
    [vat] = (await owner.get("/v1/taxes"))["items"]
    await owner.ask("PATCH", "/v1/settings", json={"vat_number": "300000000000003"})
    client = await owner.post("/v1/clients", {"name": "سارة", "tax_number": "311111111111113"})
    line = {"description": "استشارة", "quantity": "2", "unit_price": "100.00", "tax_id": vat["id"]}
    body = {"client_id": client["id"], "lines": [line], "due_date": "2999-01-01"}
    drafts = await asyncio.gather(*(owner.post("/v1/invoices", body) for _ in range(6)))
    assert {one["total"] for one in drafts} == {"230.00"}
    issued = await asyncio.gather(*(
        owner.post(f"/v1/invoices/{one['id']}/issue") for one in drafts
    ))  # fmt: skip
    assert sorted(one["number"] for one in issued) == [f"INV-{n:06}" for n in range(1, 7)]
    assert {one["seller"]["vat_number"] for one in issued} == {"300000000000003"}
    assert {one["buyer"]["tax_number"] for one in issued} == {"311111111111113"}
    assert len({one["chain"]["previous_hash"] for one in issued}) == 6
    await owner.post("/v1/invoices", {"lines": [line]})
    page = await owner.get("/v1/invoices", client_id=client["id"], status="issued", count="true")
    assert page["total"] == 6
    await _is_told(owner, client["id"], "1380.00", {"invoice.issued": 6})

    paid = {"client_id": client["id"], "amount": "1000.00", "currency": "SAR", "method": "card",
            "auto_allocate": True}  # fmt: skip
    made = await owner.post("/v1/payments", paid)
    assert (made["receipt_number"], made["allocated"]) == ("RCT-000001", "1000.00")
    await _is_told(owner, client["id"], "380.00", {"payment.received": 1, "invoice.paid": 4})


async def test_what_was_just_said_stands_on_the_next_invoice(product: Product) -> None:
    """BI-03, BI-07: of the company and of the client, though answers about both are kept."""
    owner = await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    body = {"client_id": client["id"], "lines": [
        {"description": "استشارة", "quantity": "1", "unit_price": "100.00"},
    ]}  # fmt: skip
    for turn in range(10):
        drafts = [await owner.post("/v1/invoices", body) for _ in range(2)]
        said = {"vat_number": f"30000000000{turn:02}03"}, {"tax_number": f"31111111111{turn:02}13"}
        for path, facts in zip(("/v1/settings", f"/v1/clients/{client['id']}"), said, strict=True):
            assert (await owner.ask("PATCH", path, json=facts)).is_success
        for one in drafts:
            issued = await owner.post(f"/v1/invoices/{one['id']}/issue")
            assert issued["seller"]["vat_number"] == said[0]["vat_number"]
            assert issued["buyer"]["tax_number"] == said[1]["tax_number"]


async def test_a_file_of_a_client_is_attached(product: Product) -> None:
    """BI-07: who sees the file attaches it; to who does not, it is as one that is not there."""
    owner, stranger = await product.sign_up(), await product.sign_up()
    client = await owner.post("/v1/clients", {"name": "سارة"})
    form = {"data": {"client_id": client["id"]}, "files": {"file": ("a.txt", b"agreed")}}
    file = (await owner.ask("POST", "/v1/files", **form)).json()
    line = {"description": "استشارة", "quantity": "1", "unit_price": "100.00"}
    body = {"lines": [line], "attachments": [file["id"]]}
    made = await owner.post("/v1/invoices", body | {"client_id": client["id"]})
    assert made["attachments"] == [file["id"]]
    many = await owner.post("/v1/invoices/bulk", {"invoices": [body, body]})
    assert (many["created"], many["refused"]) == (2, 0)
    for path, asked in (
        ("/v1/invoices", body), ("/v1/expenses", {"amount": "10", "attachments": [file["id"]]}),
    ):  # fmt: skip
        answer = await stranger.ask("POST", path, json=asked)
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == ["attachments.0"]


async def _is_told(owner: Person, client_id: str, due: str, counted: dict[str, int]) -> None:
    """Their timeline and their record say so."""

    async def says() -> bool:
        told = await owner.events_of(client_id)
        found = await owner.get(f"/v1/clients/{client_id}")
        is_due = (found["balance_due"], found["balance_currency"]) == (due, "SAR")
        return is_due and all(told.count(f"billing.{one}") == n for one, n in counted.items())

    await eventually(says)


async def test_an_estimate_is_mailed_answered_and_invoiced(product: Product) -> None:
    """BI-04, BI-08: the client opens the link of the mail, accepts, and is asked for the money."""
    owner = await product.sign_up()
    address = f"{uuid4().hex}@example.com"
    body = {"name": "سارة", "language": "en", "emails": [{"address": address}]}
    client = await owner.post("/v1/clients", body)
    line = {"description": "استشارة", "quantity": "2", "unit_price": "100.00"}
    made = await owner.post("/v1/estimates", {"client_id": client["id"], "lines": [line]})
    sent = await owner.post(f"/v1/estimates/{made['id']}/send")
    assert (sent["status"], sent["channel"]) == ("sent", "email")

    async def link() -> str:
        texts = [mail["text"] for mail in await product.mails_to(address)]
        found = [one for text in texts for one in re.findall(r"/v1/public/estimates/\S+", text)]
        return found[0] if found else ""

    path = await eventually(link)
    seen = (await product.http.get(path)).json()
    assert (seen["total"], seen["client_name"], seen["can_answer"]) == ("200.00", "سارة", True)
    answer = await product.http.post(f"{path}/accept", json={"name": "سارة"})
    assert answer.json()["status"] == "accepted"
    invoice = await owner.post(f"/v1/estimates/{made['id']}/convert")
    assert (invoice["estimate_id"], invoice["total"]) == (made["id"], "200.00")

    async def is_told() -> bool:
        told = await owner.events_of(client["id"])
        verbs = ("created", "sent", "viewed", "accepted", "converted")
        return all(f"billing.estimate.{verb}" in told for verb in verbs)

    await eventually(is_told)


async def test_a_client_gets_credit_as_their_record_says(product: Product) -> None:
    """CL-22, CL-83: so many days, so much money; what is spent for them is on their timeline."""
    owner = await product.sign_up()
    settings = {"due_days": 7, "credit_limit_mode": "refuse"}
    await owner.ask("PATCH", "/v1/settings/billing", json=settings)
    told = {"name": "سارة", "credit_days": 30, "credit_limit": "1000.00"}
    client = await owner.post("/v1/clients", told)
    about = {"client_id": client["id"], "issue_date": "2999-01-01"}
    line = {"description": "استشارة", "quantity": "1", "unit_price": "600.00"}
    drafts = [await owner.post("/v1/invoices", {**about, "lines": [line]}) for _ in range(2)]
    assert {one["due_date"] for one in drafts} == {"2999-01-31"}
    first = await owner.post(f"/v1/invoices/{drafts[0]['id']}/issue")
    assert (first["due_date"], first["home_total"]) == ("2999-01-31", "600.00")
    path = f"/v1/invoices/{drafts[1]['id']}/issue"
    refused = await owner.ask("POST", path)
    assert (refused.status_code, refused.json()["code"]) == (409, "credit_limit_exceeded")
    changed = {"credit_limit": "1200.00"}
    await owner.ask("PATCH", f"/v1/clients/{client['id']}", json=changed)

    async def is_heard() -> bool:
        return bool((await owner.ask("POST", path)).status_code == 200)

    await eventually(is_heard)
    await owner.post("/v1/expenses", {"amount": "50.00", "client_id": client["id"]})

    async def is_told() -> bool:
        return "billing.expense.recorded" in await owner.events_of(client["id"])

    await eventually(is_told)
