"""Invoices that end otherwise than by being paid: voided, written off."""

import asyncio

from billing.proof.schedules import prove
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.invoices.making import INVOICES, draft
from services.billing.tests.payments.making import (
    PAYMENTS,
    body,
    client,
    entries,
    owed,
    pay,
    state,
)


async def test_an_unpaid_invoice_is_voided(owner: Person, events: Events) -> None:
    """BI-07: its number stays, and nobody pays it any more."""
    sara = await client(owner)
    bill = await owed(owner, "50.00", sara, issue_date="2020-01-01", due_date="2020-01-01")
    path = f"{INVOICES}/{bill['id']}"
    made = await pay(owner, "50.00", sara, of={bill["id"]: "1.00"})
    refused = (409, "invoice_not_voidable")
    assert await owner.refused("POST", f"{path}/void") == refused
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "50.00"})
    after = await owner.post(f"{path}/void")
    assert (after["status"], after["balance"], after["number"]) == ("void", "0.00", "INV-000001")
    assert await owner.refused("POST", f"{path}/void") == refused
    asked = body("1.00", sara, of={bill["id"]: "1.00"})
    assert await owner.refused("POST", PAYMENTS, asked) == (409, "invoice_not_owed")
    assert await owner.refused("POST", f"{path}/write-off") == (409, "invoice_not_owed")
    kinds = [e["type"] for e in await events(owner.caller) if e["subject"] == bill["id"]]
    assert kinds[-1] == "billing.invoice.voided"
    assert await owner.ids(INVOICES, status="void") == [bill["id"]]
    other = await draft(owner)
    assert await owner.refused("POST", f"{INVOICES}/{other['id']}/void") == refused
    assert (await entries(owner, invoice_id=bill["id"]))[-2:] == [
        ("receivable", "-50.00"), ("revenue", "50.00"),
    ]  # fmt: skip
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_what_nobody_will_pay_is_written_off(owner: Person, events: Events) -> None:
    """BI-09, BI-13: what was paid of it may still be taken back, and that is owed again."""
    sara = await client(owner)
    bill = await owed(owner, "50.00", sara)
    made = await pay(owner, "20.00", sara, of={bill["id"]: "20.00"})
    after = await owner.post(f"{INVOICES}/{bill['id']}/write-off")
    assert [after[name] for name in ("status", "paid", "written_off", "balance")] == [
        "written_off", "20.00", "30.00", "0.00",
    ]  # fmt: skip
    asked = body("1.00", sara, of={bill["id"]: "1.00"})
    assert await owner.refused("POST", PAYMENTS, asked) == (409, "over_allocated")
    [item] = (await owner.get("/v1/balances", client_id=sara))["items"]
    assert [item[name] for name in ("invoiced", "paid", "written_off", "due")] == [
        "50.00", "20.00", "30.00", "0.00",
    ]  # fmt: skip
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "5.00"})
    assert await state(owner, bill) == ("partially_paid", "15.00", "5.00")
    assert (await owner.post(f"{INVOICES}/{bill['id']}/write-off"))["written_off"] == "35.00"
    kinds = [e["type"].split(".")[-1] for e in await events(owner.caller)
             if e["subject"] == bill["id"]]  # fmt: skip
    assert kinds[2:] == ["balance_changed", "written_off", "reopened", "written_off"]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_an_invoice_is_paid_or_voided(owner: Person) -> None:
    """BI-07, BI-09: of both at once only one happens."""
    sara = await client(owner)
    bills = [await owed(owner, "5.00", sara) for _ in range(6)]
    answers = await asyncio.gather(*(
        one for bill in bills for one in (
            owner.http.post(f"{INVOICES}/{bill['id']}/void"),
            owner.http.post(PAYMENTS, json=body("5.00", sara, of={bill["id"]: "5.00"})),
        )
    ))  # fmt: skip
    for void, payment in zip(answers[::2], answers[1::2], strict=True):
        assert sorted((void.is_success, payment.is_success)) == [False, True]
    assert await prove(owner.service.context, owner.caller.tenant_id) is None
