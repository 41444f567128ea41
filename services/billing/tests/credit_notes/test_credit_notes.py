"""What is taken off an invoice: never more than there is, and what was paid for it is credit."""

import asyncio
from collections import Counter
from typing import Any

from billing.proof.schedules import prove
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, draft, issued
from services.billing.tests.payments.making import (
    PAYMENTS,
    client,
    entries,
    left,
    owed,
    pay,
    state,
)

NOTES = "/v1/credit-notes"


def line(amount: str, **fields: Any) -> Json:
    return {"description": "x", "quantity": "1", "unit_price": amount, **fields}


def note(*lines: Json, **fields: Any) -> Json:
    return {"lines": list(lines), "reason": "returned", **fields}


async def credit(person: Person, invoice: Json, *lines: Json, **fields: Any) -> Json:
    return await person.post(f"{INVOICES}/{invoice['id']}/credit-notes", note(*lines, **fields))


async def test_an_invoice_is_credited_in_part_and_wholly(owner: Person, events: Events) -> None:
    """BI-07, BI-09: with its taxes as they were, under numbers of their own."""
    sara, tax = await client(owner), await make_tax(owner)
    bill = await issued(owner, line("200.00", tax_id=tax["id"]), client_id=sara)
    await owner.patch(f"/v1/taxes/{tax['id']}", {"rate": "0.2", "active": False})
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    asked = note(line("50.00", tax_id=tax["id"]))
    answer = await owner.http.post(path, json=asked)
    made = answer.json()
    assert answer.headers["location"] == f"{NOTES}/{made['id']}"
    assert [made[one] for one in ("number", "subtotal", "tax_total", "total", "reason")] == [
        "CN-000001", "50.00", "7.50", "57.50", "returned",
    ]  # fmt: skip
    assert (made["invoice_number"], made["url"]) == (bill["number"], f"/v1/clients/{sara}")
    assert await owner.get(f"{NOTES}/{made['id']}") == made
    assert await state(owner, bill) == ("issued", "0.00", "172.50")
    assert await entries(owner, document_id=made["id"]) == [("revenue", "50.00"), ("tax", "7.50")]
    await credit(owner, bill, line("150.00", tax_id=tax["id"]))
    assert await state(owner, bill) == ("credited", "0.00", "0.00")
    over = (409, "over_credited")
    assert await owner.refused("POST", path, note(line("0.01"))) == over
    kinds = [e["type"].split(".")[-1] for e in await events(owner.caller)
             if e["subject"] == bill["id"]]  # fmt: skip
    assert kinds == ["created", "issued", "credited", "credited"]
    [item] = (await owner.get("/v1/balances", client_id=sara))["items"]
    assert (item["invoiced"], item["due"]) == ("0.00", "0.00")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_was_paid_beyond_the_rest_is_credit(owner: Person, events: Events) -> None:
    """BI-09: of what was allocated last; a paid invoice stays paid, a partly paid one may be."""
    sara = await client(owner)
    bill, other = await owed(owner, "100.00", sara), await owed(owner, "100.00", sara)
    first = await pay(owner, "60.00", sara, of={bill["id"]: "60.00"})
    second = await pay(owner, "40.00", sara, of={bill["id"]: "40.00"})
    third = await pay(owner, "70.00", sara, of={other["id"]: "70.00"})
    await credit(owner, bill, line("50.00"))
    assert await state(owner, bill) == ("paid", "50.00", "0.00")
    kept = [left(await owner.get(f"{PAYMENTS}/{one['id']}")) for one in (first, second)]
    assert kept == [("50.00", "0.00", "10.00"), ("0.00", "0.00", "40.00")]
    await credit(owner, other, line("30.00"))
    assert await state(owner, other) == ("paid", "70.00", "0.00")
    assert left(await owner.get(f"{PAYMENTS}/{third['id']}"))[0] == "70.00"
    used = await pay(owner, "5.00", sara, method="credit",
                     of={(await owed(owner, "5.00", sara))["id"]: "5.00"})  # fmt: skip
    assert used["allocated"] == "5.00"
    told = await events(owner.caller)
    verbs = {
        one["id"]: [e["type"].split(".")[-1] for e in told if e["subject"] == one["id"]][2:]
        for one in (bill, other)
    }
    assert verbs == {
        bill["id"]: ["balance_changed", "paid", "credited"],
        other["id"]: ["balance_changed", "credited", "paid"],
    }
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_no_more_is_credited_than_was_taxed_so(owner: Person) -> None:
    """BI-07: of each tax, with discount and shipping as on the invoice."""
    tax, zero = await make_tax(owner), await make_tax(owner, rate="0", category="Z")
    lines = [line("100.00", tax_id=tax["id"]), line("100.00", tax_id=zero["id"])]
    rest: Json = {"discount": {"type": "percent", "value": "10"}, "shipping": "15.00"}
    bill = await issued(owner, *lines, **rest)
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    other = await make_tax(owner)
    for body, refusal in (
        (note(line("120.00", tax_id=zero["id"])), (409, "over_credited")),
        (note(line("0.00")), (422, "not_an_amount")),
        (note(line("1.00", tax_id=other["id"])), (422, "unknown_reference")),
        (note(), (422, "validation_failed")), ({"lines": lines}, (422, "validation_failed")),
        (note(line("1.00"), reason=" "), (422, "validation_failed")),
    ):  # fmt: skip
        assert await owner.refused("POST", path, body) == refusal, body
    made = await credit(owner, bill, *lines, **rest)
    assert [made[one] for one in ("subtotal", "discount_total", "shipping", "total")] == [
        bill[one] for one in ("subtotal", "discount_total", "shipping", "total")
    ]
    assert await state(owner, bill) == ("credited", "0.00", "0.00")
    unsent = await draft(owner)
    refused = await owner.refused("POST", f"{INVOICES}/{unsent['id']}/credit-notes", note(*lines))
    assert refused == (409, "invoice_not_owed")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_credit_notes_are_found_and_sent_once(owner: Person) -> None:
    """BI-14"""
    sara, omar = await client(owner), await client(owner)
    bills = [await owed(owner, "50.00", one) for one in (sara, omar)]
    asked = note(line("10.00"), id=str(new_id()), external_id="c-1")
    path = f"{INVOICES}/{bills[0]['id']}/credit-notes"
    answers = [await owner.http.post(path, json=asked) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 200]
    assert answers[0].json() == answers[1].json()
    other = asked | {"reason": "other"}
    assert await owner.refused("POST", path, other) == (409, "id_taken")
    taken = note(line("1.00"), external_id="c-1")
    assert await owner.refused("POST", path, taken) == (409, "external_id_taken")
    first, second = answers[0].json(), await credit(owner, bills[1], line("20.00"))
    for filters, found in (
        ({}, [second, first]), ({"sort": "total"}, [first, second]), ({"client_id": sara}, [first]),
        ({"invoice_id": bills[1]["id"]}, [second]), ({"number": "CN-000001"}, [first]),
        ({"external_id": "c-1"}, [first]), ({"currency": "AED"}, []), ({"client_id": "none"}, []),
        ({"issue_date_to": first["issue_date"]}, []),
        ({"created_from": first["created_at"]}, [second, first]),
    ):  # fmt: skip
        assert await owner.ids(NOTES, **filters) == [one["id"] for one in found], filters


async def test_who_may_credit(owner: Person) -> None:
    """GW-02, GW-03"""
    bill = await owed(owner, "50.00", await client(owner))
    path = f"{INVOICES}/{bill['id']}/credit-notes"
    made = await credit(owner, bill, line("1.00"))
    async with owner.colleague("billing:read", "billing:write") as clerk:
        assert (await clerk.refused("POST", path, note(line("1.00"))))[0] == 403
        assert await clerk.ids(NOTES) == [made["id"]]
    rights = ("billing:read", "billing:issue")
    async with owner.colleague(*rights, visibility="assigned") as nobody:
        asked = note(line("1.00"))
        assert await nobody.refused("POST", path, asked) == (404, "invoice_not_found")
        assert await nobody.refused("GET", f"{NOTES}/{made['id']}") == (
            404, "credit_note_not_found",
        )  # fmt: skip
        assert await nobody.ids(NOTES) == []


async def test_credits_payments_and_refunds_at_once_leave_what_they_should(owner: Person) -> None:
    """BI-09: of 100, each credits 15 or pays 15; numbers have no gaps, and all is proved."""
    sara = await client(owner)
    for about in (sara, None):
        bill = await owed(owner, "100.00", about)
        base = {"currency": "SAR", "method": "cash"} | ({"client_id": about} if about else {})
        share = [{"invoice_id": bill["id"], "amount": "15.00"}]
        answers = await asyncio.gather(*(
            owner.http.post(path, json=body) for _ in range(8) for path, body in (
                (f"{INVOICES}/{bill['id']}/credit-notes", note(line("15.00"))),
                (PAYMENTS, base | {"amount": "15.00", "allocations": share}),
            )
        ))  # fmt: skip
        assert {one.status_code for one in answers} <= {201, 409, 503}
        done = Counter(one.request.url.path for one in answers if one.is_success)
        credited = done[f"{INVOICES}/{bill['id']}/credit-notes"]
        assert credited + done[PAYMENTS] >= 6
        assert credited <= 6
        assert (await state(owner, bill))[2] in ("10.00", "0.00")
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
