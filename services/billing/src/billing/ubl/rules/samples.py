"""Documents that a new device shows the authority: one of each kind that it will make."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from billing.totals.rules.written import figures
from chassis.ids import new_id
from chassis.money import Money

Json = dict[str, Any]
_DAY, _MOMENT = "2026-01-01", "2026-01-01T09:00:00+00:00"
_LINE: Final = {
    "description": "Service", "quantity": "1", "unit_price": "100.00", "discount": None,
    "tax": {"category": "S", "rate": "0.15", "inclusive": False, "exemption_reason": None,
            "exemption_code": None},
}  # fmt: skip
_BUYER: Final = {
    "name": "Buyer", "tax_number": "399999999800003", "registration_number": "1010010000",
    "address": {"street": "King Fahd", "building": "1234", "district": "Olaya", "city": "Riyadh",
                "postal_code": "12222", "country_code": "SA"},
}  # fmt: skip
_OF: Final = {"number": "SAMPLE-1", "issue_date": _DAY, "reason": "Sample"}
# UNTDID 1001: an invoice, a credit note, a debit note.
_KINDS: Final = (None, _OF, _OF | {"code": "383"})


def samples(sells: Mapping[str, Any]) -> Iterator[Json]:
    """Standard and simplified: an invoice, a credit note and a debit note of each."""
    found = figures("SAR", [dict(_LINE)], {})
    amounts = {
        name: Money(found[f"{column}_minor"], "SAR").format()
        for name, column in (
            ("subtotal", "subtotal"), ("discount_total", "discount"), ("shipping", "shipping"),
            ("tax_total", "tax"), ("rounding", "rounding"), ("total", "total"),
        )
    }  # fmt: skip
    for buyer in (_BUYER, None):
        for credit_of in _KINDS:
            yield {
                "id": str(new_id()), "number": "SAMPLE-1", "currency": "SAR", "issue_date": _DAY,
                "supply_date": _DAY, "due_date": _DAY, "issued_at": _MOMENT, "notes": None,
                "payment_terms": None, "seller": sells, "buyer": buyer, "home_currency": "SAR",
                "home_tax_total": None, "discount": None, "lines": found["lines"],
                "credit_of": credit_of, **amounts,
            }  # fmt: skip
