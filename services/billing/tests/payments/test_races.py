"""Money is neither made nor lost, whoever moves it at once."""

import asyncio
from collections import Counter
from decimal import Decimal

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


async def test_50_payments_of_one_invoice_pay_it_once(owner: Person, events: Events) -> None:
    """BI-09, BI-12: of 50 at once exactly as many as it takes; receipts have no gaps."""
    sara = await client(owner)
    bill = await owed(owner, "100.00", sara)
    asked = body("5.00", sara, of={bill["id"]: "5.00"})
    answers = await asyncio.gather(*(owner.http.post(PAYMENTS, json=asked) for _ in range(50)))
    assert Counter(one.status_code for one in answers) == {201: 20, 409: 30}
    refusals = {one.json()["code"] for one in answers if one.status_code == 409}
    assert refusals == {"over_allocated"}
    numbers = sorted(one.json()["receipt_number"] for one in answers if one.is_success)
    assert numbers == [f"RCT-{place:06}" for place in range(1, 21)]
    assert await state(owner, bill) == ("paid", "100.00", "0.00")
    kinds = Counter(e["type"] for e in await events(owner.caller))
    assert (kinds["billing.invoice.paid"], kinds["billing.payment.received"]) == (1, 20)


async def test_a_walk_in_sale_is_paid_once(owner: Person) -> None:
    """BI-09: without a client to wait for, too."""
    sale = await owed(owner, "20.00")
    asked = body("5.00", of={sale["id"]: "5.00"})
    answers = await asyncio.gather(*(owner.http.post(PAYMENTS, json=asked) for _ in range(12)))
    assert Counter(one.status_code for one in answers) == {201: 4, 409: 8}
    assert (await state(owner, sale))[0] == "paid"


async def test_who_was_merged_pays_as_their_survivor_does(owner: Person) -> None:
    """BI-09: named by either id, the money is of one, and each waits for the other."""
    sara, omar = await client(owner), await client(owner)
    bill = await owed(owner, "100.00", sara)
    await client(owner, id=omar, version=2, merged_into=sara)
    asked = [body("5.00", one, of={bill["id"]: "5.00"}) for one in (sara, omar) * 15]
    answers = await asyncio.gather(*(owner.http.post(PAYMENTS, json=one) for one in asked))
    assert Counter(one.status_code for one in answers) == {201: 20, 409: 10}
    assert {one.json()["client_id"] for one in answers if one.is_success} == {sara}
    assert await state(owner, bill) == ("paid", "100.00", "0.00")


async def test_allocations_refunds_and_credit_at_once_leave_what_they_should(
    owner: Person,
) -> None:
    """BI-09: of 100 in a payment, each takes 15, by whatever way: six of them can."""
    sara = await client(owner)
    bills = [await owed(owner, "15.00", sara) for _ in range(12)]
    made = await pay(owner, "100.00", sara)
    path = f"{PAYMENTS}/{made['id']}"
    wanted = [{"allocations": [{"invoice_id": one["id"], "amount": "15.00"}]} for one in bills]
    used = [
        body("15.00", sara, method="credit", of={one["id"]: "15.00"}) for one in bills[6:]
    ]  # fmt: skip
    answers = await asyncio.gather(
        *(owner.http.post(f"{path}/allocations", json=one) for one in wanted[:6]),
        *(owner.http.post(PAYMENTS, json=one) for one in used),
    )
    assert sum(one.is_success for one in answers) == 6
    assert (await owner.get(path))["unallocated"] == "10.00"
    backs = await asyncio.gather(*(
        owner.http.post(f"{path}/refunds", json={"amount": "10.00"}) for _ in range(12)
    ))  # fmt: skip
    after = await owner.get(path)
    returned = 10 * sum(one.is_success for one in backs)
    taken = Decimal(after["used_as_credit"])
    assert returned == (100 - taken) // 10 * 10
    assert left(after)[1] == f"{returned}.00"
    paid = [Decimal((await state(owner, one))[1]) for one in bills]
    assert sum(paid) == Decimal(after["allocated"]) + taken
