"""What was billed of a period and is not used is given back, once, and never more."""

import asyncio
from typing import Any

import pytest

from billing.proof.schedules import prove
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, remember_client
from services.billing.tests.payments.making import pay
from services.billing.tests.subscriptions.billing_days import (
    LINE,
    SUBSCRIPTIONS,
    bill,
    invoices,
    on_the,
    subscribe,
)

NOTES = "/v1/credit-notes"
NOW = {"at": "now", "prorate": True}


async def _proved(owner: Person) -> None:
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


async def _billed(owner: Person, **fields: Any) -> tuple[Json, Json]:
    """A subscription of March, and its invoice."""
    made = await subscribe(owner, starts_on="2026-03-01", **fields)
    await bill(owner, "2026-03-01")
    [invoice] = await invoices(owner, made)
    return made, invoice


async def _cancelled(owner: Person, made: Json, day: str = "2026-03-22") -> list[Json]:
    """The credit notes of who cancels on a day; what the preview told is what they come to."""
    path = f"{SUBSCRIPTIONS}/{made['id']}/cancel"
    before = set(await owner.ids(NOTES))
    async with on_the(owner, day):
        told = await owner.post(f"{path}/preview", NOW)
        assert await owner.post(f"{path}/preview", NOW) == told
        assert (await owner.get(f"{SUBSCRIPTIONS}/{made['id']}"))["cancelled_on"] is None
        over = await owner.post(path, NOW)
    assert (over["status"], over["cancelled_on"]) == ("cancelled", told["cancelled_on"])
    notes = [one for one in (await owner.get(NOTES))["items"] if one["id"] not in before]
    given = [one for one in told["given_back"] if one["kind"] == "credit_note"]
    assert [(one["invoice_id"], one["total"], one["tax_total"]) for one in notes] == [
        (one["invoice_id"], one["total"], one["tax_total"]) for one in given
    ]
    await _proved(owner)
    return notes


async def test_the_days_from_today_on_are_credited_by_line(owner: Person) -> None:
    """BI-16: ten of 31 days; what was paid for them is the client's credit."""
    client_id = await remember_client(owner)
    tax = await make_tax(owner)
    lines = [LINE | {"tax_id": tax["id"]}, LINE | {"quantity": "2", "unit_price": "31.00"}]
    made, invoice = await _billed(
        owner, client_id=client_id, lines=lines, shipping="3.10",
        discount={"type": "percent", "value": "10"},
    )  # fmt: skip
    await pay(owner, invoice["total"], client_id, auto_allocate=True)
    [note] = await _cancelled(owner, made)
    assert [(one["invoice_line"], one["net"]) for one in note["lines"]] == [
        (0, "100.00"), (1, "20.00"),
    ]  # fmt: skip
    assert (note["shipping"], note["discount_total"], note["tax_total"]) == (
        "1.00", "12.00", "13.62",
    )  # fmt: skip
    [stands] = (await owner.get("/v1/balances", client_id=str(client_id)))["items"]
    assert (stands["credit"], stands["due"]) == (note["total"], "0.00")
    assert "2026-03-22" in note["reason"] and "2026-03-31" in note["reason"]
    left = (await owner.get(f"{INVOICES}/{invoice['id']}"))["lines_left"]
    assert [one["amount"] for one in left] == ["210.00", "42.00"]


async def test_without_asking_nothing_is_given_back(owner: Person) -> None:
    """BI-16: as before; and at the end of a period there is nothing to give."""
    made, _ = await _billed(owner)
    path = f"{SUBSCRIPTIONS}/{made['id']}/cancel"
    async with on_the(owner, "2026-03-22"):
        late = {"at": "period_end", "prorate": True}
        for where in (path, f"{path}/preview"):
            assert await owner.wrong("POST", where, late) == ("prorated_later", ["prorate"])
            assert await owner.wrong("POST", where, {"prorate": "x"}) == (
                "validation_failed", ["prorate"],
            )  # fmt: skip
        told = await owner.post(f"{path}/preview", {"at": "now"})
        assert told == {"cancelled_on": "2026-03-22", "given_back": []}
        told = await owner.post(f"{path}/preview", {})
        assert told == {"cancelled_on": "2026-04-01", "given_back": []}
        await owner.post(path, {"at": "now"})
        assert await owner.refused("POST", f"{path}/preview", NOW) == (409, "subscription_over")
    assert (await owner.get(NOTES))["items"] == []


@pytest.mark.parametrize(
    ("day", "credited"),
    [("2026-03-01", "100.00"), ("2026-03-31", "3.22"), ("2026-03-02", "96.77")],
)
async def test_of_the_first_day_all_and_of_the_last_one(
    owner: Person, day: str, credited: str
) -> None:
    """BI-16: rounded down, and with the tax that is in the price."""
    tax = await make_tax(owner, inclusive=True)
    line = LINE | {"unit_price": "100.00", "tax_id": tax["id"]}
    made, _ = await _billed(owner, lines=[line])
    [note] = await _cancelled(owner, made, day)
    assert note["total"] == credited


@pytest.mark.parametrize(
    ("currency", "price", "credited"),
    [("KWD", "31.005", "10.001"), ("JPY", "100", "32"), ("SAR", "0.02", None)],
)
async def test_in_every_currency(
    owner: Person, currency: str, price: str, credited: str | None
) -> None:
    """BI-16: minor units are never lost, and none is made."""
    rates = {"currency": currency, "rate": "2.5", "on": "2020-01-01"}
    if currency != "SAR":
        await owner.post("/v1/exchange-rates", rates)
    made, _ = await _billed(owner, currency=currency, lines=[LINE | {"unit_price": price}])
    notes = await _cancelled(owner, made)
    assert [one["total"] for one in notes] == ([credited] if credited else [])


async def test_never_above_what_is_left(owner: Person) -> None:
    """BI-16: what was credited or written off before is not given back once more."""
    first, invoice = await _billed(owner)
    path = f"{INVOICES}/{invoice['id']}"
    line = LINE | {"unit_price": "250.00", "invoice_line": 0}
    await owner.post(f"{path}/credit-notes", {"lines": [line], "reason": "x"})
    assert (await _cancelled(owner, first))[0]["total"] == "60.00"
    assert (await owner.get(path))["balance"] == "0.00"
    second, invoice = await _billed(owner)
    path = f"{INVOICES}/{invoice['id']}"
    await pay(owner, "20.00", invoice["client_id"], of={invoice["id"]: "20.00"})
    await owner.post(f"{path}/write-off")
    assert (await _cancelled(owner, second))[0]["total"] == "20.00"
    third, invoice = await _billed(owner)
    await owner.post(f"{INVOICES}/{invoice['id']}/credit-notes", {"reason": "x"})
    await owner.post(f"{SUBSCRIPTIONS}/{third['id']}/cancel", {"at": "now"})
    fourth, invoice = await _billed(owner)
    await owner.post(f"{INVOICES}/{invoice['id']}/void")
    async with on_the(owner, "2026-03-22"):
        told = await owner.post(f"{SUBSCRIPTIONS}/{fourth['id']}/cancel/preview", NOW)
    assert told["given_back"] == []


async def test_a_draft_is_for_the_days_before_or_gone(owner: Person) -> None:
    """BI-16: nobody has it yet, so nothing is credited."""
    made, draft = await _billed(owner, auto_issue=False, lines=[LINE, LINE])
    assert await _cancelled(owner, made) == []
    changed = await owner.get(f"{INVOICES}/{draft['id']}")
    assert (changed["status"], changed["total"], changed["period_to"]) == (
        "draft", "420.00", "2026-03-21",
    )  # fmt: skip
    made, draft = await _billed(owner, auto_issue=False)
    assert await _cancelled(owner, made, "2026-03-01") == []
    assert (await owner.refused("GET", f"{INVOICES}/{draft['id']}"))[0] == 404


async def test_twenty_who_cancel_at_once_give_back_once(owner: Person) -> None:
    """BI-16: and who pays meanwhile has no more credit than there is."""
    client_id = await remember_client(owner)
    made, invoice = await _billed(owner, client_id=client_id)
    path = f"{SUBSCRIPTIONS}/{made['id']}/cancel"
    async with on_the(owner, "2026-03-22"):
        answers = await asyncio.gather(
            *(owner.http.post(path, json=NOW) for _ in range(20)),
            *(owner.http.post("/v1/payments", json={
                "client_id": str(client_id), "amount": "50.00", "currency": "SAR",
                "method": "cash", "auto_allocate": True}) for _ in range(5)),
        )  # fmt: skip
    codes = [one.status_code for one in answers]
    assert (codes[:20].count(200), codes[:20].count(409)) == (1, 19)
    assert [one["total"] for one in (await owner.get(NOTES))["items"]] == ["100.00"]
    [stands] = (await owner.get("/v1/balances", client_id=str(client_id)))["items"]
    assert (stands["due"], stands["credit"]) == ("0.00", "40.00")
    assert (await owner.get(f"{INVOICES}/{invoice['id']}"))["balance"] == "0.00"
    await _proved(owner)


async def test_who_may_not_credit_does_not_give_back(owner: Person) -> None:
    """BI-16: deny by default; a stranger finds nothing."""
    made, _ = await _billed(owner)
    path = f"{SUBSCRIPTIONS}/{made['id']}/cancel"
    async with on_the(owner, "2026-03-22"):
        async with owner.colleague("billing:read", "billing:write") as clerk:
            for where in (path, f"{path}/preview"):
                assert await clerk.refused("POST", where, NOW) == (403, "forbidden")
        async with owner.service.http(owner.service.caller()) as stranger:
            assert (await stranger.post(f"{path}/preview", json=NOW)).status_code == 404
        async with owner.colleague("billing:read", "billing:write", "billing:issue") as staff:
            assert (await staff.post(path, NOW))["status"] == "cancelled"
    assert len((await owner.get(NOTES))["items"]) == 1
