"""What a client owed before is heard of clients, once, and paid as an invoice is."""

import asyncio
from typing import Any

from billing.openings import consumers
from billing.proof.schedules import prove
from chassis.caller import system
from chassis.events import Event
from chassis.ids import new_id
from services.billing.tests.conftest import Events
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import INVOICES, remember_client
from services.billing.tests.payments.making import PAYMENTS, left, owed, pay, state


async def hear(
    owner: Person, client_id: str, balance: str, version: int = 2, verb: str = "updated",
    **fields: Any,
) -> None:  # fmt: skip
    """Clients tells of a client; billing listens as its consumer does."""
    tenant_id = owner.caller.tenant_id
    told: Json = {"id": client_id, "version": version, "opening_balance": balance, **fields}
    payload = {"client": told, "changed": ["opening_balance"]}
    event = Event(
        f"clients.client.{verb}", new_id(), payload, version, tenant_id=tenant_id
    )  # fmt: skip
    async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
        [found] = consumers.consumers.subscriptions
        if found.wanted is None or await found.wanted(work, event):
            await found.handler(work, [event])


async def openings(owner: Person, client_id: str) -> list[tuple[str, str, str]]:
    """Total, balance and status of what is owed since before."""
    found = await owner.get(INVOICES, client_id=client_id, type="opening_balance", sort="total")
    return [(one["total"], one["balance"], one["status"]) for one in found["items"]]


async def balance(owner: Person, client_id: str) -> Json:
    [item] = (await owner.get("/v1/balances", client_id=client_id))["items"]
    names = ("invoiced", "opening", "paid", "due", "credit", "lifetime_value")
    return {name: item[name] for name in names if item[name].strip("-0.")}


async def proved(owner: Person) -> bool:
    return await prove(owner.service.context, owner.caller.tenant_id) is None


async def test_it_is_owed_and_paid_oldest_first(owner: Person, events: Events) -> None:
    """CL-22: no number, no tax, no revenue; in balances and lists; told of as it is paid."""
    sara = str(await remember_client(owner))
    for version in (1, 1, 1):
        await hear(owner, sara, "100.00", version, "created")
    bill = await owed(owner, "50.00", sara, due_date="2030-01-01")
    [made] = (await owner.get(INVOICES, client_id=sara, type="opening_balance"))["items"]
    assert (made["number"], made["lines"], made["tax_total"], made["due_date"]) == (
        None, [], "0.00", made["issue_date"],
    )  # fmt: skip
    assert await balance(owner, sara) == {
        "invoiced": "50.00", "opening": "100.00", "due": "150.00",
    }  # fmt: skip
    await pay(owner, "120.00", sara, auto_allocate=True)
    assert await state(owner, made) == ("paid", "100.00", "0.00")
    assert await state(owner, bill) == ("partially_paid", "20.00", "30.00")
    assert await balance(owner, sara) == {
        "invoiced": "50.00", "opening": "100.00", "paid": "120.00", "due": "30.00",
        "lifetime_value": "120.00",
    }  # fmt: skip
    told = [e for e in await events(owner.caller) if e["subject"] == made["id"]]
    assert [e["type"] for e in told] == ["billing.invoice.balance_changed", "billing.invoice.paid"]
    assert {e["data"]["invoice"]["type"] for e in told} == {"opening_balance"}
    assert (await owner.get(f"{INVOICES}/{bill['id']}"))["type"] == "invoice"
    assert await proved(owner)


async def test_below_zero_it_is_credit(owner: Person) -> None:
    """CL-22: without a receipt and nothing that came in; used and given back as other credit."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "-30.00", 1, "created")
    [made] = (await owner.get(PAYMENTS, client_id=sara))["items"]
    assert (made["method"], made["receipt_number"], made["status"]) == (
        "opening_balance", None, "received",
    )  # fmt: skip
    assert await balance(owner, sara) == {"opening": "-30.00", "credit": "30.00"}
    bill = await owed(owner, "10.00", sara)
    await pay(owner, "10.00", sara, method="credit", of={bill["id"]: "10.00"})
    await owner.post(f"{PAYMENTS}/{made['id']}/refunds", {"amount": "5.00"})
    assert left(await owner.get(f"{PAYMENTS}/{made['id']}"))[2] == "15.00"
    body = {"client_id": sara, "amount": "1.00", "currency": "SAR", "method": "opening_balance"}
    assert await owner.wrong("POST", PAYMENTS, body) == ("validation_failed", ["method"])
    await hear(owner, sara, "-2.00", 2)
    assert await balance(owner, sara) == {
        "invoiced": "10.00", "opening": "-2.00", "paid": "10.00", "due": "13.00",
        "lifetime_value": "-5.00",
    }  # fmt: skip
    assert await openings(owner, sara) == [("13.00", "13.00", "issued")]
    assert await proved(owner)


async def test_a_change_posts_the_difference(owner: Person) -> None:
    """CL-22: what was paid stays paid, the rest is credit; what is older changes nothing."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "100.00", 2)
    await hear(owner, sara, "150.00", 4)
    await hear(owner, sara, "1.00", 3)
    assert await openings(owner, sara) == [("150.00", "150.00", "issued")]
    await pay(owner, "150.00", sara, auto_allocate=True)
    await hear(owner, sara, "40.00", 5)
    assert await openings(owner, sara) == [("150.00", "0.00", "paid")]
    assert (await balance(owner, sara))["credit"] == "110.00"
    await hear(owner, sara, "200.00", 6)
    assert await openings(owner, sara) == [("200.00", "50.00", "partially_paid")]
    await hear(owner, sara, "", 7)
    assert (await balance(owner, sara))["credit"] == "150.00"
    assert await proved(owner)


async def test_in_the_currency_of_the_client(owner: Person) -> None:
    """CL-22: else the company's; in another one what was owed before is nothing."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "1.125", 1, "created", currency="KWD")
    assert await openings(owner, sara) == [("1.125", "1.125", "issued")]
    await hear(owner, sara, "20.00", 2, currency="")
    assert await openings(owner, sara) == [("0.000", "0.000", "paid"), ("20.00", "20.00", "issued")]
    assert await proved(owner)


async def test_what_is_heard_late_or_of_nobody_changes_nothing(owner: Person) -> None:
    """CL-22: a newer record is known, nothing is said, or an earlier release told it."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "", 1, "created")
    await hear(owner, sara, "", 10)
    await hear(owner, sara, "5.00", 9)
    await hear(owner, sara, "5.00", 1, "created")
    assert await openings(owner, sara) == []
    tenant_id = owner.caller.tenant_id
    payload = {"client": {"id": sara, "version": 12}, "changed": ["currency"]}
    event = Event("clients.client.updated", new_id(), payload, 12, tenant_id=tenant_id)
    async with owner.service.context.database.work(system(tenant_id, "billing")) as work:
        await consumers.on_client_changed(work, event)
    assert await openings(owner, sara) == []


async def test_it_is_no_invoice(owner: Person) -> None:
    """CL-22: neither voided nor credited nor printed; it may be written off."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "5.00", 1, "created")
    [made] = await owner.ids(INVOICES, type="opening_balance")
    path, refused = f"{INVOICES}/{made}", (409, "is_opening_balance")
    assert await owner.refused("POST", f"{path}/void") == refused
    assert await owner.refused("POST", f"{path}/credit-notes", {"reason": "x"}) == refused
    for way in ("send", "link"):
        assert await owner.refused("POST", f"{path}/{way}", {}) == refused
    for paper in ("pdf", "xml", "qr"):
        assert await owner.refused("GET", f"{path}/{paper}") == refused
    assert (await owner.post(f"{path}/write-off"))["status"] == "written_off"
    await hear(owner, sara, "8.00", 2)
    assert await openings(owner, sara) == [("8.00", "3.00", "issued")]
    assert await proved(owner)


async def test_changes_and_payments_at_once_leave_what_they_should(owner: Person) -> None:
    """CL-22: however they meet, the last record holds and all is proved."""
    sara = str(await remember_client(owner))
    await hear(owner, sara, "100.00", 1)
    await asyncio.gather(
        *(hear(owner, sara, f"{version}0.00", version) for version in range(2, 10)),
        *(pay(owner, "15.00", sara, auto_allocate=True) for _ in range(8)),
    )
    found = await balance(owner, sara)
    assert (found["opening"], found["lifetime_value"]) == ("90.00", "120.00")
    assert await proved(owner)
