"""Why an invoice asks for what it asks for."""

import random
from decimal import Decimal

from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, draft, issued, remember_client
from services.billing.tests.payments.making import PAYMENTS, body, client, owed
from services.billing.tests.statements.chances import Chances

_FIGURES = {"line", "discount", "shipping", "tax", "rounding"}


async def explain(person: Person, invoice: Json) -> list[Json]:
    told = await person.get(f"{INVOICES}/{invoice['id']}/explain")
    assert told["is_whole"] is True
    steps: list[Json] = told["steps"]
    return steps


async def test_a_draft_is_explained_by_its_figures(owner: Person) -> None:
    """BI-03: each line, discount, shipping and tax, in Arabic and English."""
    tax = await make_tax(owner)
    off = {"type": "percent", "value": "10"}
    line = {"description": "استشارة", "quantity": "2", "unit_price": "100.00", "discount": off,
            "tax_id": tax["id"]}  # fmt: skip
    made = await draft(
        owner, line, discount={"type": "amount", "value": "30.00"}, shipping="15.00",
        currency="SAR",
    )  # fmt: skip
    steps = await explain(owner, made)
    assert [(one["kind"], one["amount"]) for one in steps] == [
        ("made", None), ("line", "180.00"), ("discount", "-30.00"), ("shipping", "15.00"),
        ("tax", "24.75"), ("total", "189.75"), ("is_draft", None),
    ]  # fmt: skip
    assert steps[0]["by"] == made["created_by"]
    assert steps[1]["text"]["en"] == "استشارة: 2 × 100.00 − discount 20.00 = 180.00"
    assert steps[4]["text"] == {
        "ar": "ضريبة \u206615%\u2069 على \u2066165.00\u2069.", "en": "Tax of 15% on 165.00.",
    }  # fmt: skip


async def test_a_price_with_tax_in_it_is_told_with_what_was_taken_off(owner: Person) -> None:
    """BI-03"""
    tax = await make_tax(owner, inclusive=True)
    off = {"type": "amount", "value": "15.00"}
    line = {"description": "x", "quantity": "1", "unit_price": "115.00", "discount": off,
            "tax_id": tax["id"]}  # fmt: skip
    _, told, *_ = await explain(owner, await draft(owner, line, currency="SAR"))
    assert told["text"]["en"] == ("x: 1 × 115.00 − discount 15.00 with tax in it, 86.96 without")


async def test_what_became_of_an_invoice_is_told_in_its_order(owner: Person) -> None:
    """BI-03, BI-09: with what was left after each movement, and the documents they are of."""
    sara = await client(owner)
    invoice = await owed(owner, "100.00", sara, issue_date="2026-01-01", due_date="2026-01-31")
    paid = await owner.post(PAYMENTS, body("30.00", sara, of={invoice["id"]: "30.00"}))
    line = {"description": "x", "quantity": "1", "unit_price": "20.00"}
    note = await owner.post(
        f"{INVOICES}/{invoice['id']}/credit-notes", {"lines": [line], "reason": "x"}
    )
    await owner.post(f"{INVOICES}/{invoice['id']}/write-off", {"reason": "x"})
    *_, was, took, credited, lost, stands = await explain(owner, invoice)
    moved = [(one["kind"], one["amount"], one["balance"]) for one in (was, took, credited, lost)]
    assert moved == [
        ("invoice.issued", "100.00", "100.00"), ("payment.allocated", "-30.00", "70.00"),
        ("credit_note.issued", "-20.00", "50.00"), ("invoice.written_off", "-50.00", "0.00"),
    ]  # fmt: skip
    assert was["text"]["en"] == "Issued as INV-000001: now it is owed."
    assert took["source"] == {
        "type": "payment", "id": paid["id"], "url": f"/v1/payments/{paid['id']}",
    }  # fmt: skip
    assert took["text"]["en"] == f"Paid from payment {paid['receipt_number']}."
    assert credited["source"]["url"] == f"/v1/credit-notes/{note['id']}"
    assert (stands["kind"], stands["balance"]) == ("is_settled", "0.00")


async def test_what_is_late_says_since_when(owner: Person) -> None:
    """BI-11"""
    late = await owed(owner, "10.00", due_date="2026-01-31", issue_date="2026-01-01")
    stands = (await explain(owner, late))[-1]
    assert (stands["kind"], stands["balance"]) == ("is_overdue", "10.00")
    assert stands["text"]["en"].endswith("days past its date, 2026-01-31.")
    later = await owed(owner, "10.00", due_date="2999-01-31")
    assert (await explain(owner, later))[-1]["text"]["en"] == ("What is left is due on 2999-01-31.")


async def test_what_it_was_made_of_is_named(owner: Person) -> None:
    """BI-08"""
    sara = await remember_client(owner)
    line = {"description": "x", "quantity": "1", "unit_price": "5.00"}
    offer = await owner.post("/v1/estimates", {"client_id": str(sara), "lines": [line]})
    made = await owner.post(f"/v1/estimates/{offer['id']}/convert")
    origin = (await explain(owner, made))[0]
    assert (origin["kind"], origin["source"]["url"]) == (
        "made_of_estimate", f"/v1/estimates/{offer['id']}",
    )  # fmt: skip


async def test_whatever_happens_the_steps_come_to_what_is_shown(owner: Person) -> None:
    """BI-03, BI-13: the figures to the total, the movements to the balance."""
    sara = str(await remember_client(owner))
    chances = Chances(owner, sara, random.Random(14))
    for _ in range(40):
        await chances.happen()
    shown = (await owner.get(INVOICES, client_id=sara, limit=200))["items"]
    assert len(shown) > 5
    for invoice in shown:
        steps = await explain(owner, invoice)
        figures = [Decimal(one["amount"]) for one in steps if one["kind"] in _FIGURES]
        assert sum(figures) == Decimal(invoice["total"])
        moved = [one for one in steps if one["at"] and one["balance"]]
        assert moved[-1]["balance"] == steps[-1]["balance"] == invoice["balance"]
        assert sum(Decimal(one["amount"]) for one in moved) == Decimal(invoice["balance"])


async def test_who_does_not_see_it_is_told_nothing(owner: Person) -> None:
    """GW-05"""
    hers = await issued(owner)
    async with owner.colleague("billing:read", visibility="assigned") as other:
        path = f"{INVOICES}/{hers['id']}/explain"
        assert await other.refused("GET", path) == (404, "invoice_not_found")
