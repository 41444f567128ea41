"""Refunds, cheques, and credit that is used."""

from services.billing.tests.conftest import Events
from services.billing.tests.factories import Person
from services.billing.tests.payments.making import (
    PAYMENTS,
    body,
    client,
    left,
    owed,
    pay,
    state,
)


async def test_no_more_goes_back_than_came_in(owner: Person) -> None:
    """BI-09: first what is left, then what was allocated last, which is owed again."""
    sara = await client(owner)
    one, two = [await owed(owner, "50.00", sara) for _ in range(2)]
    made = await pay(owner, "120.00", sara, of={one["id"]: "50.00", two["id"]: "50.00"})
    path = f"{PAYMENTS}/{made['id']}"
    first = await owner.post(f"{path}/refunds", {"amount": "15.00", "reason": "x"})
    assert (first["payment_id"], first["amount"], first["url"]) == (
        made["id"], "15.00", f"/v1/clients/{sara}",
    )  # fmt: skip
    assert left(await owner.get(path)) == ("100.00", "15.00", "5.00")
    second = await owner.post(f"{path}/refunds", {"amount": "25.00"})
    after = await owner.get(path)
    assert (left(after), after["status"]) == (("80.00", "40.00", "0.00"), "partially_refunded")
    assert await state(owner, one) == ("paid", "50.00", "0.00")
    assert await state(owner, two) == ("partially_paid", "30.00", "20.00")
    for amount, refusal in (("80.01", (409, "over_refunded")), ("0", (422, "not_an_amount"))):
        assert await owner.refused("POST", f"{path}/refunds", {"amount": amount}) == refusal
    await owner.post(f"{path}/refunds", {"amount": "80.00"})
    after = await owner.get(path)
    assert (left(after), after["status"]) == (("0.00", "120.00", "0.00"), "refunded")
    assert (await state(owner, one))[0] == "issued"
    assert (await owner.ids(f"{path}/refunds"))[:2] == [first["id"], second["id"]]
    assert await owner.get(f"{path}/refunds/{second['id']}") == second
    other = await pay(owner, "1.00", sara)
    found = await owner.refused("GET", f"{PAYMENTS}/{other['id']}/refunds/{second['id']}")
    assert found == (404, "refund_not_found")


async def test_credit_pays_later_invoices_oldest_first(owner: Person, events: Events) -> None:
    """BI-09: it is nobody else's, and gone once used."""
    sara, omar = await client(owner), await client(owner)
    await pay(owner, "500.00", omar)
    await pay(owner, "500.00", sara, currency="AED")
    old, new = [
        await pay(owner, amount, sara, received_at=f"2026-01-0{day}T00:00:00Z")
        for amount, day in (("30.00", 1), ("40.00", 2))
    ]
    bill = await owed(owner, "60.00", sara)
    before = len(await events(owner.caller))
    for asked, refusal in (
        (body("70.01", sara, method="credit", of={bill["id"]: "60.00"}),
         (409, "insufficient_credit")),
        (body("61.00", sara, method="credit", of={bill["id"]: "60.00"}),
         (422, "credit_not_allocated")),
        (body("60.00", method="credit", of={bill["id"]: "60.00"}), (422, "client_needed")),
    ):  # fmt: skip
        assert await owner.refused("POST", PAYMENTS, asked) == refusal
    assert len(await events(owner.caller)) == before
    made = await pay(owner, "60.00", sara, method="credit", auto_allocate=True)
    assert (made["receipt_number"], left(made)[0]) == (None, "60.00")
    assert made["drawn_from"] == [
        {"payment_id": old["id"], "amount": "30.00"}, {"payment_id": new["id"], "amount": "30.00"},
    ]  # fmt: skip
    assert (await state(owner, bill))[0] == "paid"
    rest = await owner.get(f"{PAYMENTS}/{new['id']}")
    assert (rest["used_as_credit"], rest["unallocated"]) == ("30.00", "10.00")
    back = f"{PAYMENTS}/{new['id']}/refunds"
    assert await owner.refused("POST", back, {"amount": "10.01"}) == (409, "over_refunded")
    path = f"{PAYMENTS}/{made['id']}"
    await owner.delete(f"{path}/allocations/{made['allocations'][0]['id']}")
    assert left(await owner.get(path)) == ("0.00", "0.00", "60.00")
    again = await pay(owner, "60.00", sara, method="credit", auto_allocate=True)
    assert [one["payment_id"] for one in again["drawn_from"]] == [new["id"], made["id"]]


async def test_a_cheque_pays_until_it_bounces(owner: Person, events: Events) -> None:
    """BI-09: received, deposited, cleared or bounced; only then is it money."""
    sara = await client(owner)
    bill = await owed(owner, "100.00", sara)
    made = await pay(owner, "130.00", sara, method="cheque", of={bill["id"]: "100.00"})
    path = f"{PAYMENTS}/{made['id']}"
    assert (await state(owner, bill))[0] == "paid"
    wrong = (409, "cheque_state")
    for step in ("clear", "bounce"):
        assert await owner.refused("POST", f"{path}/{step}") == wrong
    assert await owner.refused("POST", f"{path}/refunds", {"amount": "1.00"}) == wrong
    used = body("1.00", sara, method="credit", auto_allocate=True)
    assert await owner.refused("POST", PAYMENTS, used) == (409, "insufficient_credit")
    assert (await owner.post(f"{path}/deposit"))["status"] == "deposited"
    bounced = await owner.post(f"{path}/bounce")
    assert (bounced["status"], left(bounced)) == ("bounced", ("0.00", "0.00", "0.00"))
    assert bounced["allocations"] == []
    assert await state(owner, bill) == ("issued", "0.00", "100.00")
    assert await owner.refused("POST", f"{path}/clear") == wrong
    more = await owner.refused("POST", f"{path}/allocations", {"auto_allocate": True})
    assert more == (409, "payment_bounced")
    told = [e["type"].split(".")[-1] for e in await events(owner.caller)
            if e["subject"] in (made["id"], bill["id"])]  # fmt: skip
    assert told == ["created", "issued", "paid", "received", "deposited", "reopened", "bounced"]
    good = await pay(owner, "130.00", sara, method="cheque", auto_allocate=True)
    for step in ("deposit", "clear"):
        good = await owner.post(f"{PAYMENTS}/{good['id']}/{step}")
    assert (good["status"], left(good)) == ("cleared", ("100.00", "0.00", "30.00"))
    await owner.post(f"{PAYMENTS}/{good['id']}/refunds", {"amount": "30.00"})
    cash = await pay(owner, "1.00", sara)
    refused = await owner.refused("POST", f"{PAYMENTS}/{cash['id']}/deposit")
    assert refused == (409, "not_a_cheque")


async def test_money_back_needs_a_permission_of_its_own(owner: Person) -> None:
    """GW-02, BI-14"""
    made = await pay(owner, "10.00", await client(owner))
    path = f"{PAYMENTS}/{made['id']}"
    async with owner.colleague("billing:read", "billing:write") as clerk:
        assert (await clerk.refused("POST", f"{path}/refunds", {"amount": "1.00"}))[0] == 403
        await clerk.post(f"{path}/allocations", {"auto_allocate": True})
    async with owner.colleague("billing:read", "billing:refund") as cashier:
        refused = await cashier.refused("POST", f"{path}/allocations", {"auto_allocate": True})
        assert refused[0] == 403
        assert (await cashier.post(f"{path}/refunds", {"amount": "1.00"}))["amount"] == "1.00"
