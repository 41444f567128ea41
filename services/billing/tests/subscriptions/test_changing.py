"""A change from today on bills or credits the difference for the rest of the period, once."""

import asyncio
from typing import Any

import pytest

from billing.proof.schedules import prove
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, remember_client
from services.billing.tests.subscriptions.billing_days import (
    LINE,
    SUBSCRIPTIONS,
    bill,
    invoices,
    on_the,
    subscribe,
)

NOTES = "/v1/credit-notes"


async def _proved(owner: Person) -> None:
    assert await prove(owner.service.context, owner.caller.tenant_id) is None


def _at(price: str, **fields: Any) -> Json:
    return {"effective": "now", "lines": [LINE | {"unit_price": price} | fields]}


async def _billed(owner: Person, **fields: Any) -> Json:
    made = await subscribe(owner, **({"starts_on": "2026-03-01"} | fields))
    await bill(owner, made["starts_on"])
    return made


async def _change(owner: Person, made: Json, day: str, body: Json) -> Json | None:
    """What the preview tells, which is what then is billed or credited."""
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    async with on_the(owner, day):
        told: Json | None = (await owner.post(f"{path}/preview", body))["adjustment"]
        before = await owner.get(path)
        assert (await owner.post(f"{path}/preview", body))["adjustment"] == told
        assert await owner.get(path) == before
        notes, bills = set(await owner.ids(NOTES)), set(await owner.ids(INVOICES))
        await owner.patch(path, body)
        more = [one for one in (await owner.get(INVOICES))["items"] if one["id"] not in bills]
        less = [one for one in (await owner.get(NOTES))["items"] if one["id"] not in notes]
        await owner.patch(path, body)
        assert len(await owner.ids(NOTES)) + len(await owner.ids(INVOICES)) == len(
            [*notes, *bills, *more, *less]
        )
    found = [("invoice", one["adjusts_id"], one) for one in more]
    found += [("credit_note", one["invoice_id"], one) for one in less]
    amounts = [(kind, of, one["total"], one["tax_total"]) for kind, of, one in found]
    assert amounts == (
        [(told["kind"], told["invoice_id"], told["total"], told["tax_total"])] if told else []
    )
    await _proved(owner)
    return told


async def test_what_costs_more_is_billed_for_the_days_that_are_left(owner: Person) -> None:
    """BI-16: by an invoice of its own, issued and due as the others, beside that of the period."""
    tax = await make_tax(owner)
    made = await _billed(owner, lines=[LINE | {"tax_id": tax["id"]}], due_days=5)
    told = await _change(owner, made, "2026-03-22", _at("620.00", tax_id=tax["id"]))
    assert told and (told["subtotal"], told["total"]) == ("100.00", "115.00")
    base, more = await invoices(owner, made)
    assert (more["adjusts_id"], more["number"], more["due_date"]) == (
        base["id"], "INV-000002", "2026-03-27",
    )  # fmt: skip
    assert (more["period_from"], more["period_to"]) == ("2026-03-22", "2026-03-31")
    await bill(owner, "2026-04-01")
    assert (await invoices(owner, made))[-1]["subtotal"] == "620.00"


async def test_what_costs_less_is_credited(owner: Person) -> None:
    """BI-16: off the invoice of the period, or off that by which it was raised."""
    made = await _billed(owner)
    told = await _change(owner, made, "2026-03-22", _at("155.00"))
    assert told and (told["kind"], told["total"]) == ("credit_note", "50.00")
    [note] = (await owner.get(NOTES, subscription_id=made["id"]))["items"]
    assert note["subscription_id"] == made["id"]
    made = await _billed(owner)
    assert (await _change(owner, made, "2026-03-02", _at("31310.00")))["total"] == "30000.00"
    told = await _change(owner, made, "2026-03-12", _at("310.00"))
    assert told and (told["kind"], told["total"]) == ("credit_note", "20000.00")
    assert told["invoice_id"] == (await invoices(owner, made))[1]["id"]


async def test_cancelling_after_changes_gives_back_what_was_billed_of_the_rest(
    owner: Person,
) -> None:
    """BI-16: be it more or less by then; what was used is paid for at its price."""
    for price in ("155.00", "620.00", "9300.00"):
        made = await _billed(owner)
        await _change(owner, made, "2026-03-11", _at(price))
        await _change(owner, made, "2026-03-21", _at("310.00"))
        async with on_the(owner, "2026-03-31"):
            path = f"{SUBSCRIPTIONS}/{made['id']}/cancel"
            told = await owner.post(f"{path}/preview", {"at": "now", "prorate": True})
            await owner.post(path, {"at": "now", "prorate": True})
        bills = await invoices(owner, made)
        notes = (await owner.get(NOTES, subscription_id=made["id"]))["items"]
        total = sum(float(one["total"]) for one in bills) - sum(float(n["total"]) for n in notes)
        # Ten days at 10.00, ten at the other price, and ten at 10.00 again.
        days = 100 + 10 * float(price) / 31 + 100
        assert abs(total - days) < 0.05, told
        await _proved(owner)


async def test_the_first_short_period_and_the_end_of_a_month(owner: Person) -> None:
    """BI-16: a day costs what it costs in a whole period; the 31st is the last day of February."""
    made = await _billed(owner, starts_on="2026-01-17", anchor_day=31)
    [first] = await invoices(owner, made)
    assert first["total"] == "140.00"
    told = await _change(owner, made, "2026-01-24", _at("620.00"))
    assert told and told["total"] == "70.00"
    await bill(owner, "2026-02-28")
    told = await _change(owner, made, "2026-03-30", _at("1240.00"))
    assert told and (told["days_to"], told["total"]) == ("2026-03-30", "20.00")


@pytest.mark.parametrize(
    ("currency", "price", "then", "total"),
    [("KWD", "31.000", "31.005", "0.001"), ("JPY", "100", "200", "32"),
     ("SAR", "0.02", "0.03", None)],
)  # fmt: skip
async def test_in_every_currency(
    owner: Person, currency: str, price: str, then: str, total: str | None
) -> None:
    """BI-16: rounded in the client's favour, and nothing is made of nothing."""
    if currency != "SAR":
        rate = {"currency": currency, "rate": "2.5", "on": "2020-01-01"}
        await owner.post("/v1/exchange-rates", rate)
    made = await _billed(owner, currency=currency, lines=[LINE | {"unit_price": price}])
    told = await _change(owner, made, "2026-03-22", _at(then))
    assert (told and told["total"]) == total


async def test_with_the_tax_in_the_price_and_quantities(owner: Person) -> None:
    """BI-16: 2 instead of 1 for ten days of 31."""
    tax = await make_tax(owner, inclusive=True)
    line = LINE | {"tax_id": tax["id"], "unit_price": "356.50"}
    made = await _billed(owner, lines=[line])
    body = {"effective": "now", "lines": [line | {"quantity": "2"}]}
    told = await _change(owner, made, "2026-03-22", body)
    assert told and (told["subtotal"], told["tax_total"], told["total"]) == (
        "100.00", "15.00", "115.00",
    )  # fmt: skip


async def test_less_with_the_tax_in_the_price_is_credited_whole(owner: Person) -> None:
    """BI-16: net and tax of the difference, as the preview tells, and the same again no more."""
    tax = await make_tax(owner, inclusive=True)
    made = await _billed(owner, lines=[LINE | {"unit_price": "356.50", "tax_id": tax["id"]}])
    told = await _change(owner, made, "2026-03-22", _at("178.25", tax_id=tax["id"]))
    assert told and (told["kind"], told["subtotal"], told["total"]) == (
        "credit_note", "50.00", "57.50",
    )  # fmt: skip


async def test_by_default_it_is_from_the_next_period_on(owner: Person) -> None:
    """BI-16: and what is said later to hold now is billed then; not of what was not billed."""
    made = await _billed(owner)
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    later = {"lines": [LINE | {"unit_price": "620.00"}]}
    assert await _change(owner, made, "2026-03-12", later) is None
    told = await _change(owner, made, "2026-03-22", {"effective": "now"})
    assert told and told["total"] == "100.00"
    resting = await subscribe(owner, starts_on="2026-05-01")
    assert await _change(owner, resting, "2026-03-22", _at("1.00")) is None
    assert await owner.wrong("PATCH", path, {"effective": "x"}) == (
        "validation_failed", ["effective"],
    )  # fmt: skip


async def test_what_cannot_be_one_document_is_refused(owner: Person) -> None:
    """BI-16: a draft of the period, and what rises and falls by different taxes."""
    tax = await make_tax(owner)
    drafted = await _billed(owner, auto_issue=False)
    made = await _billed(owner, lines=[LINE | {"tax_id": tax["id"]}])
    async with on_the(owner, "2026-03-22"):
        for where in ("", "/preview"):
            verb = "POST" if where else "PATCH"
            path = f"{SUBSCRIPTIONS}/{drafted['id']}{where}"
            assert await owner.refused(verb, path, _at("1.00")) == (409, "period_not_issued")
            path = f"{SUBSCRIPTIONS}/{made['id']}{where}"
            assert await owner.refused(verb, path, _at("400.00")) == (409, "change_mixed")
            async with owner.colleague("billing:read", "billing:write") as clerk:
                assert await clerk.refused(verb, path, _at("1.00")) == (403, "forbidden")
        async with owner.service.http(owner.service.caller()) as stranger:
            answer = await stranger.post(f"{SUBSCRIPTIONS}/{made['id']}/preview", json=_at("1.00"))
            assert answer.status_code == 404
    assert (await owner.get(f"{SUBSCRIPTIONS}/{made['id']}"))["total"] == "356.50"


async def test_twenty_who_change_at_once_bill_once(owner: Person) -> None:
    """BI-16: and who cancels meanwhile gives back what was billed by then."""
    made = await _billed(owner)
    path = f"{SUBSCRIPTIONS}/{made['id']}"
    async with on_the(owner, "2026-03-22"):
        answers = await asyncio.gather(
            *(owner.http.patch(path, json=_at("620.00")) for _ in range(20))
        )
        assert {one.status_code for one in answers} == {200}
        assert [one["total"] for one in await invoices(owner, made)] == ["310.00", "100.00"]
        racing = [owner.http.patch(path, json=_at(f"{price}.00")) for price in (100, 900, 500)]
        cancel = owner.http.post(f"{path}/cancel", json={"at": "now", "prorate": True})
        answers = await asyncio.gather(*racing, cancel)
        assert {one.status_code for one in answers} <= {200, 409}
    bills = await invoices(owner, made)
    notes = (await owner.get(NOTES, subscription_id=made["id"]))["items"]
    total = sum(float(one["total"]) for one in bills) - sum(float(one["total"]) for one in notes)
    assert abs(total - 210) < 0.05
    await _proved(owner)


async def test_what_another_client_was_made_to_owe_is_neither_told_nor_credited(
    owner: Person,
) -> None:
    """BI-16, GW-02: that is theirs, whoever may change the subscription."""
    made = await _billed(owner, auto_issue=False)
    [moved] = await invoices(owner, made)
    path = f"{INVOICES}/{moved['id']}"
    await owner.patch(path, {"client_id": str(await remember_client(owner))})
    await owner.post(f"{path}/issue")
    assert await _change(owner, made, "2026-03-22", _at("100.00")) is None
    assert (await owner.get(path))["credited"] == "0.00"
