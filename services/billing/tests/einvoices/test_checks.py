"""What an e-invoice has to say is asked for before it takes a number."""

from typing import Any

import pytest

from services.billing.tests.conftest import Identity
from services.billing.tests.einvoices.companies import (
    SETTINGS,
    WHOLE,
    company,
    e_invoicing,
    taxed_client,
)
from services.billing.tests.factories import Json, Person, make_tax
from services.billing.tests.invoices.making import INVOICES, LINE, draft, issued


async def _refused(person: Person, *lines: Json, **fields: Any) -> dict[str, str]:
    """What is missing or wrong of a draft, by its field; it stays a draft."""
    made = await draft(person, *lines, **fields)
    answer = await person.http.post(f"{INVOICES}/{made['id']}/issue")
    assert (answer.status_code, answer.json()["code"]) == (422, "e_invoice_incomplete")
    assert (await person.get(f"{INVOICES}/{made['id']}"))["status"] == "draft"
    return {one["field"]: one["code"] for one in answer.json()["errors"]}


async def test_a_bare_company_is_told_all_it_lacks_at_once(
    owner: Person, identity: Identity
) -> None:
    """BI-07, ask 9, opening 20: in both languages, and no number is taken."""
    await owner.patch(SETTINGS, {"e_invoicing": True})
    made = await draft(owner)
    answers = [
        await owner.http.post(f"{INVOICES}/{made['id']}/issue", headers={"Accept-Language": one})
        for one in ("ar", "en")
    ]
    told = [{e["field"]: e["message"] for e in one.json()["errors"]} for one in answers]
    assert list(told[0]) == list(told[1]) == [
        "seller.vat_number", "seller.registration_number", "seller.address.street",
        "seller.address.building", "seller.address.district", "seller.address.city",
        "seller.address.postal_code",
    ]  # fmt: skip
    assert told[0]["seller.vat_number"] == "تحتاج الفاتورة الإلكترونية إلى هذا."
    assert told[1]["seller.vat_number"] == "An e-invoice needs this."
    await identity.change(owner, company())
    assert (await owner.post(f"{INVOICES}/{made['id']}/issue"))["number"] == "INV-000001"


async def test_what_has_another_form_than_the_law_wants_is_named(
    owner: Person, identity: Identity
) -> None:
    """BI-07, ask 9"""
    wrong = WHOLE | {"building": "12", "postal_code": "1234"}
    line = await e_invoicing(owner, identity, address=wrong, vat_number="310000000000001")
    assert await _refused(owner, line) == {
        "seller.vat_number": "e_invoice_vat_number",
        "seller.address.building": "e_invoice_building",
        "seller.address.postal_code": "e_invoice_postal_code",
    }


async def test_a_buyer_with_a_tax_number_has_an_address(
    owner: Person, identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """BI-07, ask 9: of one abroad less is asked."""
    line = await e_invoicing(owner, identity)
    client_id = await taxed_client(owner, monkeypatch, WHOLE | {"district": None})
    found = await _refused(owner, line, client_id=client_id)
    assert found == {"buyer.address.district": "required"}
    abroad = {"country_code": "AE", "street": "Main"}
    client_id = await taxed_client(owner, monkeypatch, abroad)
    found = await _refused(owner, line, client_id=client_id)
    assert found == {"buyer.address.city": "required"}


async def test_what_is_not_taxed_says_why(owner: Person, identity: Identity) -> None:
    """BI-07, ask 9: a code of the authority's; one for what is taxed alike (BR-KSA-69)."""
    await e_invoicing(owner, identity)
    exempt = {"rate": "0", "category": "Z", "exemption_reason": "Medicines"}
    silent = await make_tax(owner, **exempt)
    lines = [LINE | {"tax_id": silent["id"]}]
    assert await _refused(owner, *lines) == {"lines.0.tax_id": "e_invoice_exemption_code"}
    told = await make_tax(owner, **exempt, exemption_code="VATEX-SA-35")
    other = await make_tax(owner, **exempt, exemption_code="VATEX-SA-32")
    lines = [LINE | {"tax_id": one["id"]} for one in (told, other)]
    assert await _refused(owner, *lines) == {"lines.1.tax_id": "e_invoice_one_code"}
    made = await issued(owner, LINE | {"tax_id": told["id"]})
    assert made["lines"][0]["tax"]["exemption_code"] == "VATEX-SA-35"


async def test_nothing_is_voided(owner: Person, identity: Identity) -> None:
    """BI-07, ask 9: but what was issued is taken back by a credit note."""
    made = await issued(owner, await e_invoicing(owner, identity))
    refused = await owner.refused("POST", f"{INVOICES}/{made['id']}/void")
    assert refused == (409, "e_invoicing")
    await owner.patch(SETTINGS, {"e_invoicing": False})
    assert (await owner.post(f"{INVOICES}/{made['id']}/void"))["status"] == "void"


@pytest.mark.parametrize(
    ("tax", "code"),
    [
        ({"category": "E", "exemption_code": "VATEX-SA-35"}, "exemption_code_does_not_fit"),
        ({"category": "O", "exemption_code": "VATEX-SA-30"}, "exemption_code_does_not_fit"),
        ({"category": "S", "rate": "0.15", "exemption_code": "VATEX-SA-30"},
         "exemption_reason_not_allowed"),
        ({"category": "Z", "exemption_code": "VATEX-SA-1"}, "validation_failed"),
    ],
)  # fmt: skip
async def test_a_code_is_of_its_category(owner: Person, tax: Json, code: str) -> None:
    """BI-10, ask 9"""
    reason = {} if tax["category"] == "S" else {"exemption_reason": "x"}
    body = {"name": "x", "rate": "0", **reason, **tax}
    assert await owner.wrong("POST", "/v1/taxes", body) == (code, ["exemption_code"])
