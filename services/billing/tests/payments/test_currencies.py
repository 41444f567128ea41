"""Invoices are paid in other currencies, and on days of other rates: what is gained is posted."""

import asyncio

import pytest

from billing.proof.schedules import prove
from services.billing.tests.factories import Json, Person
from services.billing.tests.invoices.making import issued
from services.billing.tests.payments.making import (
    LEDGER,
    PAYMENTS,
    body,
    client,
    entries,
    left,
    pay,
    state,
)

GAIN = "exchange_differences"


async def bill(owner: Person, client_id: str, amount: str, currency: str, rate: str) -> Json:
    """An invoice in a currency, at its own rate."""
    line = {"description": "x", "quantity": "1", "unit_price": amount}
    return await issued(
        owner, line, client_id=client_id, currency=currency, exchange_rate=rate
    )  # fmt: skip


async def gained(owner: Person, client_id: str) -> list[str]:
    """What was posted of differences, oldest first: a gain below zero."""
    return [minor for _, minor in await entries(owner, client_id=client_id, account=GAIN)]


async def proved(owner: Person) -> bool:
    return await prove(owner.service.context, owner.caller.tenant_id) is None


@pytest.mark.parametrize(("currency", "amount", "issued_at", "paid_at", "difference"), [
    ("USD", "100.00", "3.75", "3.80", "5.00"), ("USD", "100.00", "3.80", "3.75", "-5.00"),
    ("KWD", "10.125", "12.2", "12.3", "1.01"),  # 124.54 - 123.53
    ("KWD", "10.125", "12.3", "12.2", "-1.01"), ("JPY", "999", "0.025", "0.026", "0.99"),
    ("JPY", "999", "0.026", "0.025", "-0.99"), ("USD", "100.00", "3.75", "3.75", "0.00"),
])  # fmt: skip
async def test_a_gain_and_a_loss_in_the_same_currency(
    owner: Person, currency: str, amount: str, issued_at: str, paid_at: str, difference: str
) -> None:
    """BI-07, BI-09: to the minor unit, with 0, 2 and 3 digits; taken back with the allocation."""
    sara = await client(owner)
    made = await bill(owner, sara, amount, currency, issued_at)
    share = {"invoice_id": made["id"], "amount": amount}
    paid = await owner.post(PAYMENTS, body(amount, sara, currency=currency, exchange_rate=paid_at)
                            | {"allocations": [share]})  # fmt: skip
    [one] = paid["allocations"]
    assert (one["exchange_difference"], one["payment_amount"]) == (difference, amount)
    assert (paid["exchange_rate"], paid["exchange_rate_source"]) == (
        paid_at.rstrip("0"),
        "document",
    )
    assert sum(float(part) for part in await gained(owner, sara)) == -float(difference)
    items = (await owner.get("/v1/balances", client_id=sara))["items"]
    assert [(one["currency"], one["due"]) for one in items] == [
        (currency, made["total"].replace(amount, paid["unallocated"]))
    ]  # fmt: skip
    await owner.delete(f"{PAYMENTS}/{paid['id']}/allocations/{one['id']}")
    assert sum(float(part) for part in await gained(owner, sara)) == 0
    assert (await state(owner, made))[2] == amount
    assert await proved(owner)


async def test_an_invoice_is_paid_in_another_currency(owner: Person) -> None:
    """BI-09: by the rates of the day, or as it is said; in the ledger each comes to nothing."""
    sara = await client(owner)
    made = await bill(owner, sara, "100.00", "USD", "3.75")
    home = await pay(owner, "400.00", sara, of={made["id"]: "40.00"})
    assert left(home) == ("150.00", "0.00", "250.00")
    share = {"invoice_id": made["id"], "amount": "60.00", "payment_amount": "230.00"}
    path = f"{PAYMENTS}/{home['id']}/allocations"
    paid = await owner.post(path, {"allocations": [share]})
    assert left(paid) == ("380.00", "0.00", "20.00")
    assert await state(owner, made) == ("paid", "100.00", "0.00")
    [one] = paid["allocations"]
    assert [one[name] for name in ("currency", "amount", "payment_amount")] == [
        "USD", "100.00", "380.00",
    ]  # fmt: skip
    assert one["exchange_difference"] == "5.00"
    posted = await owner.get(LEDGER, client_id=sara, account="conversions", limit=200)
    sums: dict[str, float] = {}
    for entry in posted["items"]:
        sums[entry["currency"]] = sums.get(entry["currency"], 0) + float(entry["amount"])
    assert sums == {"SAR": -375.0, "USD": 100.0}
    assert await proved(owner)


async def test_what_goes_back_takes_its_part_along(owner: Person) -> None:
    """BI-09: a refund in the payment's currency, a credit note in the invoice's, a bounce."""
    sara = await client(owner)
    made = await bill(owner, sara, "100.00", "USD", "3.75")
    shares = [{"invoice_id": made["id"], "amount": "50.00", "payment_amount": "200.00"}]
    paid = await owner.post(PAYMENTS, body("200.00", sara) | {"allocations": shares})
    await owner.post(f"{PAYMENTS}/{paid['id']}/refunds", {"amount": "80.00"})
    assert await state(owner, made) == ("partially_paid", "30.00", "70.00")
    [one] = (await owner.get(f"{PAYMENTS}/{paid['id']}"))["allocations"]
    assert (one["payment_amount"], one["exchange_difference"]) == ("120.00", "7.50")
    await owner.post(f"/v1/invoices/{made['id']}/credit-notes", {
        "lines": [{"description": "x", "quantity": "1", "unit_price": "80.00"}], "reason": "x",
    })  # fmt: skip
    assert await state(owner, made) == ("paid", "20.00", "0.00")
    assert left(await owner.get(f"{PAYMENTS}/{paid['id']}")) == ("80.00", "80.00", "40.00")
    other = await bill(owner, sara, "10.00", "USD", "3.70")
    cheque = await pay(owner, "100.00", sara, method="cheque", of={other["id"]: "10.00"})
    for step in ("deposit", "bounce"):
        await owner.post(f"{PAYMENTS}/{cheque['id']}/{step}")
    assert await state(owner, other) == ("issued", "0.00", "10.00")
    assert sum(float(part) for part in await gained(owner, sara)) == -5.0
    assert await proved(owner)


async def test_what_cannot_be_changed_is_refused(owner: Person) -> None:
    """BI-09: no rate, two amounts in one currency, more than there is; nothing is stored."""
    sara = await client(owner)
    krone = await bill(owner, sara, "100.00", "SEK", "0.4")
    unknown = body("100.00", sara, of={krone["id"]: "10.00"})
    assert await owner.refused("POST", PAYMENTS, unknown) == (409, "exchange_rate_unknown")
    dollars = await bill(owner, sara, "100.00", "USD", "3.75")
    over = body("37.49", sara, of={dollars["id"]: "10.00"})
    assert await owner.refused("POST", PAYMENTS, over) == (409, "over_allocated")
    share = {"invoice_id": dollars["id"], "amount": "10.00", "payment_amount": "9.00"}
    same = body("20.00", sara, currency="USD") | {"allocations": [share]}
    assert await owner.wrong("POST", PAYMENTS, same) == (
        "amounts_differ", ["allocations.0.payment_amount"],
    )  # fmt: skip
    # In its own currency it is paid at the worth it was issued with, where no other is known.
    paid = await pay(owner, "100.00", sara, currency="SEK", of={krone["id"]: "100.00"})
    assert (paid["home_amount"], paid["allocations"][0]["exchange_difference"]) == (None, None)
    assert await state(owner, krone) == ("paid", "100.00", "0.00")
    assert await proved(owner)


async def test_credit_is_worth_what_it_was_as_it_came_in(owner: Person) -> None:
    """BI-09"""
    sara = await client(owner)
    await pay(owner, "30.00", sara, currency="USD", exchange_rate="3.70")
    await pay(owner, "30.00", sara, currency="USD", exchange_rate="3.80")
    made = await bill(owner, sara, "60.00", "USD", "3.70")
    used = await pay(
        owner, "60.00", sara, currency="USD", method="credit", of={made["id"]: "60.00"}
    )
    assert (used["home_amount"], used["allocations"][0]["exchange_difference"]) == (
        "225.00", "3.00",
    )  # fmt: skip
    assert await proved(owner)


async def test_many_parts_at_once_come_to_the_whole(owner: Person) -> None:
    """BI-09: whoever is first, what is gained in all is what the whole gains."""
    sara = await client(owner)
    made = await bill(owner, sara, "10.00", "USD", "3.7533")
    await asyncio.gather(*(
        pay(owner, "1.00", sara, currency="USD", exchange_rate="3.7533",
            of={made["id"]: "1.00"})
        for _ in range(10)
    ))  # fmt: skip
    assert await state(owner, made) == ("paid", "10.00", "0.00")
    # Ten payments of 3.7533 are 3.75 each; the invoice was 37.53.
    assert round(sum(float(part) for part in await gained(owner, sara)), 2) == 0.03
    assert await proved(owner)
