"""Invoices on paper: what is read of the PDF, as text."""

import asyncio
import re
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from libs.papers.tests.reading import codes, read
from services.billing.tests.conftest import Identity
from services.billing.tests.factories import Json, Person, clients_say, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, draft, issued, remember_client
from services.billing.tests.invoices.test_parties import CLIENT, COMPANY
from services.billing.tests.ubl.test_qr import decoded


async def printed(person: Person, invoice: Json, **query: str) -> bytes:
    answer = await person.http.get(f"{INVOICES}/{invoice['id']}/pdf", params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


@pytest.fixture
def parties(owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch) -> None:
    async def client() -> Any:
        return CLIENT

    clients_say(monkeypatch, client)
    identity.companies[owner.caller.tenant_id] = COMPANY


async def _whole(owner: Person) -> Json:
    tax = await make_tax(owner)
    return await issued(
        owner, LINE | {"tax_id": tax["id"], "unit_price": "1500.00"},
        {"description": "Vitamin D3, 60 capsules", "quantity": "1.5", "unit_price": "20.00",
         "discount": {"type": "percent", "value": "10"}},
        client_id=str(await remember_client(owner)), issue_date="2026-03-01",
        due_date="2026-03-31", notes="لتعاملكم معنا\n<b>#[1]$x$*bold*</b>", shipping="15.00",
    )  # fmt: skip


async def test_an_arabic_invoice_reads_as_it_should(owner: Person, parties: None) -> None:
    """BI-03: figures as the API tells them; what somebody wrote is only ever text."""
    made = await _whole(owner)
    content = await printed(owner, made)
    [page] = read(content)
    for phrase in (
        "فاتورة ضريبية", "عيادة النور", "مؤسسة سارة", "استشارة", "لتعاملكم معنا", "INV-000001",
        "الرقم الضريبي 300000000000003", "311111111111113", "2026-03-01", "12 رمضان 1447",
        "Vitamin D3, 60 capsules", "<b>#[1]$x$*bold*</b>", "1 / 1",
    ):  # fmt: skip
        assert page.says(phrase), (phrase, page.text)
    assert (made["subtotal"], made["tax_total"], made["total"]) == ("3027.00", "452.23", "3494.23")
    for amount in ("3,000.00", "27.00", "15%", "3,027.00", "452.23", "3,494.23"):
        assert amount in page.text.split(), amount
    assert not page.says("Tax") and not page.says("Invoice")
    assert await printed(owner, made, lang="ar") == content


async def test_what_became_of_an_invoice_is_on_its_paper(owner: Person, parties: None) -> None:
    """BI-03: what was paid, credited and is left adds up; what is void says so."""
    client_id = str(await remember_client(owner))
    made = await issued(owner, client_id=client_id)
    credit = {"lines": [LINE | {"quantity": "1"}], "reason": "مرتجع"}
    await owner.post(f"/v1/invoices/{made['id']}/credit-notes", credit)
    paid = {"client_id": client_id, "amount": "30.00", "currency": "SAR", "method": "cash"}
    await owner.post("/v1/payments", paid | {"auto_allocate": True})
    [page] = read(await printed(owner, made, lang="en"))
    assert page.says("Total 200.00 Credit notes 100.00 Paid 30.00 Balance due 70.00"), page.text
    void = await issued(owner, client_id=client_id)
    await owner.post(f"/v1/invoices/{void['id']}/void", {"reason": "مكررة"})
    [page] = read(await printed(owner, void))
    assert page.says("ملغاة")


async def test_arabic_letters_are_joined_from_right_to_left(owner: Person, parties: None) -> None:
    """BI-03: as the Latin ones beside them are not."""
    client_id = str(await remember_client(owner))
    made = await issued(owner, LINE | {"description": "متابعة مفصلة"}, client_id=client_id)
    for lang in ("ar", "en", "both"):
        [page] = read(await printed(owner, made, lang=lang))
        # An alif joins nothing after it.
        assert [gap > 0 for gap in page.gaps("متابعة")] == [False, False, True, False, False]
        assert all(-0.5 < gap < 0 for gap in page.gaps("مفصلة"))


async def test_an_invoice_in_english_and_in_both(owner: Person, parties: None) -> None:
    """BI-03"""
    made = await _whole(owner)
    [english] = read(await printed(owner, made, lang="en"))
    assert english.says("Tax invoice Bill to 12 Ramadan 1447 AH") and not english.says("فاتورة")
    [both] = read(await printed(owner, made, lang="both"))
    assert both.says("Tax invoice فاتورة ضريبية Total with tax شامل الضريبة")
    found = await owner.http.get(f"{INVOICES}/{made['id']}/pdf", params={"lang": "fr"})
    assert found.status_code == 422


async def test_the_tax_is_told_in_the_company_s_currency_too(owner: Person, parties: None) -> None:
    """BI-03: as the law of most countries asks."""
    tax = await make_tax(owner)
    made = await issued(owner, LINE | {"tax_id": tax["id"]}, currency="USD")
    [page] = read(await printed(owner, made, lang="both"))
    assert made["home_tax_total"] in page.text.split() and page.says("Tax in SAR 30.00 USD")


async def test_a_draft_is_printed_as_one(owner: Person, parties: None) -> None:
    """BI-03: with who sells and buys now, and without a number and a code."""
    made = await draft(owner, client_id=str(await remember_client(owner)))
    [page] = read(await printed(owner, made))
    assert page.says("مسودة مؤسسة سارة") and "INV" not in page.text
    about = {name: made[name] for name in ("client_id", "url")}
    assert await owner.get(f"{INVOICES}/{made['id']}/qr") == about | {"qr": None}
    assert await owner.get(f"{INVOICES}/{made['id']}") == made


async def test_an_issued_invoice_has_its_code(owner: Person, parties: None) -> None:
    """BI-07: also one of a company that has said nothing but its name."""
    made = await _whole(owner)
    code = (await owner.get(f"{INVOICES}/{made['id']}/qr"))["qr"]
    assert codes(await printed(owner, made)) == [code]
    found = decoded(code)
    assert found | {3: ""} == {
        1: "عيادة النور", 2: "300000000000003", 3: "", 4: "3494.23", 5: "452.23",
    }  # fmt: skip
    assert found[3].startswith(("2026-02-28T", "2026-03-01T")) and found[3].endswith("Z")


async def test_a_credit_note_has_its_code(owner: Person, parties: None) -> None:
    """BI-07: of its own number, total and tax."""
    made = await _whole(owner)
    note = await owner.post(f"{INVOICES}/{made['id']}/credit-notes", {"reason": "أُلغيت"})
    answer = await owner.http.get(f"/v1/credit-notes/{note['id']}/pdf")
    [code] = codes(answer.content)
    found = decoded(code)
    assert (found[1], found[4], found[5]) == ("عيادة النور", note["total"], note["tax_total"])


async def test_many_lines_go_over_many_pages(owner: Person, parties: None) -> None:
    """BI-03: with the heads of the columns on each; others are answered meanwhile."""
    lines = [LINE | {"description": f"بند {place}"} for place in range(1, 501)]
    made = await issued(owner, *lines)
    slow = asyncio.ensure_future(printed(owner, made))
    wide = LINE | {"description": "x" * 1_000, "unit_price": "999999999999.99"}
    small = read(await printed(owner, await issued(owner, wide, notes="ن" * 9_000), lang="both"))
    assert len(small) == 2 and "999,999,999,999.99" in small[0].text
    found = read(await slow)
    assert len(found) > 8
    with_lines = [page for page in found if "بند" in page.text]
    assert all(page.says("سعر الوحدة") for page in with_lines)
    told = [int(n) for page in found for n in re.findall(r"بند (\d+)", page.text)]
    assert told == [*range(1, 501)]
    for place, page in enumerate(found, 1):
        assert page.says(f"{place} / {len(found)}")
    assert "100,000.00" in found[-1].text.split()


async def test_only_its_own_fonts_are_in_it(owner: Person, parties: None) -> None:
    """BI-03: whatever the machine has."""
    content = await printed(owner, await issued(owner, LINE | {"description": "漢字 🙂 abc"}))
    assert set(re.findall(rb"/BaseFont/[A-Z]+\+([A-Za-z]+)", content)) == {b"IBMPlexSansArabic"}
    assert len(PdfDocument(content)) == 1


async def test_paper_is_for_whom_the_invoice_is_for(owner: Person, parties: None) -> None:
    """GW-02, BI-03"""
    made = await issued(owner, client_id=str(await remember_client(owner)))
    for kind in ("pdf", "qr"):
        path = f"{INVOICES}/{made['id']}/{kind}"
        async with owner.colleague("billing:read", visibility="assigned") as other:
            assert await other.refused("GET", path) == (404, "invoice_not_found")
        async with owner.colleague("comms:read") as other:
            assert (await other.refused("GET", path))[0] in (403, 404)
