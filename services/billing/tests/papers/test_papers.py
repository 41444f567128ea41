"""Estimates, orders, credit notes and receipts on paper: what is read of the PDF, as text."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdfium2 import PdfDocument

from chassis.errors import Unavailable
from libs.papers.tests.reading import Page, read
from services.billing.tests.estimates.making import ESTIMATES, act, anybody, sent
from services.billing.tests.estimates.making import draft as estimated
from services.billing.tests.factories import Json, Person, clients_say, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, issued, remember_client
from services.billing.tests.papers.test_printing import parties
from services.billing.tests.payments.making import PAYMENTS, owed, pay

__all__ = ["parties"]

NOTES, ORDERS = "/v1/credit-notes", "/v1/orders"


async def pages(person: Person, path: str, **query: str) -> list[Page]:
    answer = await person.http.get(path, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return read(answer.content)


async def test_an_estimate_is_printed_with_who_offers_it(owner: Person, parties: None) -> None:
    """BI-04: a draft as one, one that was sent under its number; it is no invoice."""
    client_id = str(await remember_client(owner))
    made = await estimated(owner, client_id=client_id, expires_on="2099-03-31", deposit="50.00")
    [page] = await pages(owner, f"{ESTIMATES}/{made['id']}/pdf", lang="both")
    assert page.says("عرض سعر Estimate مسودة Draft عيادة النور مؤسسة سارة 2099-03-31"), page.text
    assert page.says("Deposit asked for 50.00 Total 200.00 Prepared for") and "EST" not in page.text
    after = await act(owner, made, "accept", {"name": "نورة"})
    [page] = await pages(owner, f"{ESTIMATES}/{made['id']}/pdf", lang="en")
    assert page.says(f"{after['number']} Accepted Accepted by نورة") and not page.says("Tax")


async def test_who_holds_the_link_keeps_the_estimate(owner: Person, parties: None) -> None:
    """BI-04: as a PDF, which counts as a view; a link that is over leads to none."""
    client_id = str(await remember_client(owner))
    made, path = await sent(owner, client_id=client_id)
    async with anybody(owner) as http:
        answer = await http.get(f"{path}/pdf", params={"lang": "ar"})
        assert answer.status_code == 200, answer.text
        [page] = read(answer.content)
        assert page.says("عرض سعر مؤسسة سارة 200.00")
        after = await owner.get(f"{ESTIMATES}/{made['id']}")
        assert (after["status"], after["views"]) == ("viewed", 1)
        await owner.delete(f"{ESTIMATES}/{made['id']}/link")
        gone = await http.get(f"{path}/pdf")
        assert (gone.status_code, gone.json()["code"]) == (404, "estimate_link_not_found")


async def test_an_order_is_printed(owner: Person, parties: None) -> None:
    """BI-10"""
    client_id = str(await remember_client(owner))
    body = {"lines": [LINE], "client_id": client_id, "supply_date": "2026-04-01"}
    made = await owner.post(ORDERS, body)
    await owner.post(f"{ORDERS}/{made['id']}/confirm")
    done = await owner.post(f"{ORDERS}/{made['id']}/fulfill")
    [page] = await pages(owner, f"{ORDERS}/{made['id']}/pdf", lang="both")
    assert page.says(f"أمر بيع Sales order {done['number']} Fulfilled Delivery date 2026-04-01")
    assert page.says("13 شوال 1447 هـ 200.00")


async def test_a_credit_note_is_printed_with_the_parties_of_its_invoice(
    owner: Person, parties: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-03: whoever they are now, nobody is asked."""
    tax = await make_tax(owner)
    line = LINE | {"tax_id": tax["id"]}
    made = await issued(owner, line, client_id=str(await remember_client(owner)))
    credit = {"lines": [line | {"quantity": "1"}], "reason": "مرتجع #1"}
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", credit)

    async def silent() -> Any:
        raise Unavailable()

    clients_say(monkeypatch, silent)
    [page] = await pages(owner, f"{NOTES}/{note['id']}/pdf", lang="both")
    for phrase in ("إشعار دائن ضريبي Tax credit note مؤسسة سارة", note["number"], made["number"],
                   "مرتجع #1", "300000000000003", "100.00", "15.00", "115.00"):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)


async def test_a_receipt_says_what_it_paid(owner: Person, parties: None) -> None:
    """BI-09: by what, which invoices, what is left of each, of it, and of what the client owes."""
    client_id = str(await remember_client(owner))
    first, second = [await owed(owner, amount, client_id) for amount in ("500.00", "300.00")]
    paid = await pay(owner, "600.00", client_id, method="cheque", reference="CHQ-7",
                     received_at="2026-03-15T22:30:00Z",
                     of={first["id"]: "500.00", second["id"]: "60.00"})  # fmt: skip
    await owner.post(f"{PAYMENTS}/{paid['id']}/deposit")
    path = f"{PAYMENTS}/{paid['id']}/receipt"
    [page] = await pages(owner, path, lang="en")
    for phrase in (
        f"Receipt {paid['receipt_number']} Received from مؤسسة سارة 2026-03-16 01:30",
        "27 Ramadan 1447 AH Paid by Cheque Cheque no. CHQ-7 Deposited",
        f"{first['number']} 500.00 500.00 0.00", f"{second['number']} 300.00 60.00 240.00",
        "Amount received 600.00", "Paid to invoices 560.00", "Left as your credit 40.00",
        "You owe now 240.00",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    [arabic] = await pages(owner, path)
    assert arabic.says("سند قبض استلمنا من شيك") and not arabic.says("Receipt")
    await owner.post(f"{PAYMENTS}/{paid['id']}/bounce")
    [bounced] = await pages(owner, path, lang="both")
    assert bounced.says("مرتجع Bounced You owe now 800.00"), bounced.text


async def test_a_receipt_of_a_till_is_as_long_as_it_has_to_be(owner: Person, parties: None) -> None:
    """BI-09: 80 mm wide, on one piece of paper, whatever it pays."""
    client_id = str(await remember_client(owner))
    few = [await owed(owner, "1.00", client_id) for _ in range(12)]
    sizes = []
    for count in (1, 12):
        of = {one["id"]: f"0.{count:02d}" for one in few[:count]}
        paid = await pay(owner, "999999999.99", client_id, of=of)
        path = f"{PAYMENTS}/{paid['id']}/receipt"
        answer = await owner.http.get(path, params={"format": "pdf80", "lang": "both"})
        document = PdfDocument(answer.content)
        sizes.append(document[0].get_size())
        [page] = read(answer.content)
        assert page.says(f"سند قبض Receipt {paid['receipt_number']} 999,999,999.99"), page.text
    (width, short), (same, long) = sizes
    assert round(width * 25.4 / 72) == round(same * 25.4 / 72) == 80 and long > short + 100
    assert (await owner.http.get(path, params={"format": "png"})).status_code == 422


async def test_credit_that_is_used_has_no_receipt(owner: Person, parties: None) -> None:
    """BI-09: the money had one when it came in; of a walk-in sale it names nobody."""
    client_id = str(await remember_client(owner))
    await pay(owner, "100.00", client_id)
    invoice = await owed(owner, "50.00", client_id)
    used = await pay(owner, "50.00", client_id, method="credit", of={invoice["id"]: "50.00"})
    path = f"{PAYMENTS}/{used['id']}/receipt"
    assert await owner.refused("GET", path) == (409, "no_receipt")
    walk_in = await owed(owner, "20.00")
    paid = await pay(owner, "20.00", of={walk_in["id"]: "20.00"})
    [page] = await pages(owner, f"{PAYMENTS}/{paid['id']}/receipt", lang="en")
    assert page.says("Amount received 20.00") and not page.says("You owe now")
    assert not page.says("Received from")


async def test_papers_are_for_who_sees_the_client(owner: Person, parties: None) -> None:
    """GW-02, BI-03, BI-04, BI-09, BI-10"""
    client_id = str(await remember_client(owner))
    estimate = await estimated(owner, client_id=client_id)
    order = await owner.post(ORDERS, {"lines": [LINE], "client_id": client_id})
    invoice = await issued(owner, client_id=client_id)
    credit = {"lines": [LINE | {"quantity": "1"}], "reason": "x"}
    note = await owner.post(f"{INVOICES}/{invoice['id']}/credit-notes", credit)
    paid = await pay(owner, "10.00", client_id)
    for path, code in (
        (f"{ESTIMATES}/{estimate['id']}/pdf", "estimate_not_found"),
        (f"{ORDERS}/{order['id']}/pdf", "order_not_found"),
        (f"{NOTES}/{note['id']}/pdf", "credit_note_not_found"),
        (f"{PAYMENTS}/{paid['id']}/receipt", "payment_not_found"),
    ):  # fmt: skip
        async with owner.colleague("billing:read", visibility="assigned") as other:
            assert await other.refused("GET", path) == (404, code)
        async with owner.colleague("comms:read") as other:
            assert (await other.refused("GET", path))[0] in (403, 404)
        async with owner.colleague("billing:read") as other:
            assert (await other.http.get(path)).status_code == 200


_CENTS = st.decimals("0.01", "99999.99", places=2).map(str)
# Of any line, by whatever discount, something is left to be credited.
_PRICES = st.decimals("0.10", "99999.99", places=2).map(str)
_LINES = st.lists(
    st.fixed_dictionaries({
        "description": st.just("بند item"), "unit_price": _PRICES,
        "quantity": st.integers(1, 40).map(str),
        "discount": st.none() | st.fixed_dictionaries(
            {"type": st.just("percent"), "value": st.integers(1, 90).map(str)}
        ),
        "taxed": st.booleans(),
    }), min_size=1, max_size=4,
)  # fmt: skip


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=_LINES, shipping=st.just("0.00") | _CENTS, lang=st.sampled_from(["ar", "en", "both"]))
async def test_every_figure_on_paper_is_the_api_s(
    owner: Person, parties: None, lines: list[Json], shipping: str, lang: str
) -> None:
    """BI-03, BI-04, BI-09, BI-10: nothing is printed that the answers do not say, and all that
    it comes to is printed.
    """
    tax = await make_tax(owner)
    asked = [
        {**one, "tax_id": tax["id"] if one["taxed"] else None} for one in lines
    ]  # fmt: skip
    body = {
        "lines": [{name: v for name, v in one.items() if name != "taxed"} for one in asked],
        "shipping": shipping, "currency": "SAR",
    }  # fmt: skip
    invoice = await owner.post(INVOICES, body)
    invoice = await owner.post(f"{INVOICES}/{invoice['id']}/issue")
    credit = {"lines": [body["lines"][0] | {"quantity": "1"}], "reason": "x"}
    printed = [
        (invoice, f"{INVOICES}/{invoice['id']}/pdf"),
        ((made := await owner.post(ESTIMATES, body)), f"{ESTIMATES}/{made['id']}/pdf"),
        ((made := await owner.post(ORDERS, body)), f"{ORDERS}/{made['id']}/pdf"),
        ((made := await owner.post(f"{INVOICES}/{invoice['id']}/credit-notes", credit)),
         f"{NOTES}/{made['id']}/pdf"),
    ]  # fmt: skip
    for record, path in printed:
        shown = await owner.get(path.removesuffix("/pdf"))
        found = _amounts(" ".join(page.text for page in await pages(owner, path, lang=lang)))
        names = ("subtotal", "tax_total", "total")
        assert {shown[name] for name in names if Decimal(shown[name])} <= found, record
        assert found <= _told(shown), (record, found - _told(shown))


def _amounts(text: str) -> set[str]:
    """What reads as an amount, without its commas and its sign."""
    return {one.replace(",", "") for one in re.findall(r"\d[\d,]*\.\d\d\b", text)}


def _told(value: Any) -> set[str]:
    """Every amount in an answer."""
    if isinstance(value, dict):
        return {one for inner in value.values() for one in _told(inner)}
    if isinstance(value, list):
        return {one for inner in value for one in _told(inner)}
    return {value.removeprefix("-")} if isinstance(value, str) else set()
