"""E-invoices of whatever is sold, judged by the authority's rules."""

from typing import Any
from xml.etree import ElementTree as Tree

from hypothesis import given, settings
from hypothesis import strategies as st

from billing.totals.rules.written import figures
from billing.ubl.rules.document import xml
from chassis.money import Money
from services.billing.tests.ubl.judging import STAMP, faults

Json = dict[str, Any]
_ADDRESS: Json = {
    "building": "7421", "street": "شارع العليا", "district": "الورود", "city": "الرياض",
    "postal_code": "12211", "additional_number": "2345", "country_code": "SA",
}  # fmt: skip
_SELLER: Json = {
    "name": "عيادة النور", "vat_number": "300000000000003", "registration_number": "1010123456",
    "address": _ADDRESS, "country_code": "SA", "timezone": "Asia/Riyadh",
}  # fmt: skip
_BUYER: Json = {
    "name": "سارة", "business_name": "مؤسسة سارة", "tax_number": "311111111111113",
    "registration_number": "2020000002", "address": _ADDRESS, "country_code": "SA",
}  # fmt: skip
_NAMES = {"subtotal": "subtotal_minor", "discount_total": "discount_minor",
          "shipping": "shipping_minor", "tax_total": "tax_minor", "rounding": "rounding_minor",
          "total": "total_minor"}  # fmt: skip
_SPACE = {
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
}


def invoice(lines: list[Json], **fields: Any) -> Json:
    """As the API shows it."""
    told: Json = {
        "id": "01890a5d-ac96-774b-bcce-b302099a8057", "number": "INV-000017", "currency": "SAR",
        "issue_date": "2026-03-01", "supply_date": "2026-03-01", "due_date": "2026-03-31",
        "issued_at": "2026-03-01T09:30:00Z", "notes": None, "payment_terms": None,
        "seller": _SELLER, "buyer": _BUYER, "home_currency": "SAR", "home_tax_total": None,
        "chain": {"place": 17, "previous_hash": "ab" * 32}, "discount": None, "shipping": "0",
    } | fields  # fmt: skip
    found = figures(told["currency"], lines, told)
    amounts = {
        name: Money(found[column], told["currency"]).format() for name, column in _NAMES.items()
    }
    return told | {name: found[name] for name in ("lines", "discount", "taxes")} | amounts


def line(price: str, quantity: str, tax: Json | None, discount: Json | None = None) -> Json:
    return {"product_id": None, "description": "استشارة", "quantity": quantity, "tax_id": None,
            "unit_price": price, "discount": discount, "tax": tax}  # fmt: skip


def tax(category: str, rate: str, *, inclusive: bool = False, reason: str | None = None) -> Json:
    return {"name": {"ar": "ضريبة"}, "category": category, "rate": rate, "inclusive": inclusive,
            "exemption_reason": reason}  # fmt: skip


_TAXES = [
    tax("S", "0.15"), tax("S", "0.15", inclusive=True), tax("S", "0.05"), None,
    tax("E", "0", reason="إيجار سكني (VATEX-SA-30)"),
]  # fmt: skip
_AMOUNT = st.integers(1, 10**7).map(lambda minor: f"{minor / 100:.2f}")
_PERCENT = st.integers(0, 99).map(lambda value: {"type": "percent", "value": str(value)})
_LINES = st.builds(
    line, _AMOUNT, st.sampled_from(["1", "3", "1.5", "0.333333", "7"]), st.sampled_from(_TAXES),
    st.none() | _PERCENT,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=5), st.none() | _PERCENT, st.just("0") | _AMOUNT)
def test_whatever_is_sold_passes_the_rules(
    lines: list[Json], discount: Json | None, shipping: str
) -> None:
    """BI-07: XSD, EN 16931, the rules of Saudi Arabia, to the last halala."""
    told = invoice(lines, discount=discount, shipping=shipping)
    assert faults(xml(told)) == set()
    assert faults(xml(told | {"buyer": None})) == STAMP


def test_it_says_what_the_invoice_says() -> None:
    """BI-07"""
    usd = {"currency": "USD", "home_tax_total": "112.50", "notes": "شكرًا \x01 <&>"}
    told = invoice([line("100.00", "2", tax("S", "0.15"))], **usd)
    content = xml(told)
    assert faults(content) == set()
    root = Tree.fromstring(content)  # noqa: S314 – our own
    for path, value in {
        "cbc:ID": "INV-000017",
        "cbc:IssueTime": "12:30:00",
        "cbc:Note": "شكرًا  <&>",
        "cbc:TaxCurrencyCode": "SAR",
        "cac:TaxTotal/cbc:TaxAmount[@currencyID='SAR']": "112.50",
        "cac:TaxTotal/cbc:TaxAmount[@currencyID='USD']": "30.00",
        "cac:LegalMonetaryTotal/cbc:PayableAmount": "230.00",
        "cac:AccountingCustomerParty//cbc:RegistrationName": "مؤسسة سارة",
        "cac:AccountingSupplierParty//cbc:CompanyID": "300000000000003",
    }.items():
        assert root.findtext(path, namespaces=_SPACE) == value, path


def test_a_zero_rate_without_its_reason_is_only_warned_of() -> None:
    """BI-07: nobody here can know the reason's code."""
    assert faults(xml(invoice([line("100.00", "1", tax("Z", "0"))]))) == {"BR-KSA-69"}
