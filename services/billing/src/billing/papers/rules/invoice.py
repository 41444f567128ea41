"""What stands on an invoice on paper."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from billing.papers.rules.words import (
    Label,
    Language,
    grouped,
    hijri,
    label,
    ltr,
    percent,
    text,
)

Json = dict[str, Any]
_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_DATES: Final = ("issue_date", "supply_date", "due_date")
# What is told on the paper of where an invoice stands.
_MARKED: Final = ("draft", "paid", "credited", "void")
_NUMBERS: Final = ("vat_number", "registration_number")
_COLUMNS: Final = (
    ("line", False), ("description", False), ("quantity", True), ("unit_price", True),
    ("discount", True), ("tax", True), ("net", True),
)  # fmt: skip


def sheet(invoice: Mapping[str, Any], language: Language, qr: str | None) -> Json:
    """The invoice as it is shown by the API, as a template prints it; `qr` is a picture (SVG)."""
    seller, buyer = invoice["seller"], invoice["buyer"]
    return {
        "lang": "en" if language == "en" else "ar",
        "direction": "ltr" if language == "en" else "rtl",
        "file": invoice["number"] or label("draft", language)[0],
        "title": _title(invoice, language), "mark": _mark(invoice, language),
        "company": {"name": text(seller["name"]), "lines": _company(seller, language)},
        "party": buyer and {
            "label": label("buyer", language), "lines": _party(buyer, language),
            "name": text(buyer["business_name"] or buyer["name"]),
        },
        "facts": _facts(invoice, language),
        "table": {
            "columns": [
                {"label": label(name, language), "number": is_number, "wide": name == "description"}
                for name, is_number in _COLUMNS
            ],
            "rows": [_row(place, one) for place, one in enumerate(invoice["lines"], 1)],
        },
        "totals": list(_totals(invoice, language)), "texts": list(_texts(invoice, language)),
        "qr": qr,
    }  # fmt: skip


def _title(invoice: Mapping[str, Any], language: Language) -> Label:
    """Only who is registered issues tax invoices; simplified ones to a buyer who is not."""
    buyer = invoice["buyer"]
    if not invoice["seller"]["vat_number"]:
        return label("invoice", language)
    is_full = buyer is not None and buyer["tax_number"]
    return label("tax_invoice" if is_full else "simplified_tax_invoice", language)


def _mark(invoice: Mapping[str, Any], language: Language) -> Label | None:
    status = invoice["status"]
    return label(status, language) if status in _MARKED else None


def _company(seller: Mapping[str, Any], language: Language) -> list[Json]:
    names = seller["branch"] or {}
    branch = names.get(language) or names.get("ar") or names.get("en")
    lines = [_line(None, text(one)) for one in (branch, _address(seller["address"])) if one]
    lines += [_line(label(n, language), ltr(seller[n])) for n in _NUMBERS if seller[n]]
    contacts = " · ".join(ltr(seller[n]) for n in ("phone", "email", "website") if seller[n])
    return lines + ([_line(None, contacts)] if contacts else [])


def _party(buyer: Mapping[str, Any], language: Language) -> list[Json]:
    person = buyer["name"] if buyer["business_name"] not in (None, buyer["name"]) else None
    lines = [_line(None, text(one)) for one in (person, _address(buyer["address"])) if one]
    names = ("tax_number", "registration_number")
    shown = {"tax_number": "vat_number"}
    return lines + [
        _line(label(shown.get(n, n), language), ltr(buyer[n])) for n in names if buyer[n]
    ]


def _line(words: Label | None, value: str) -> Json:
    return {"label": words, "value": value}


def _address(address: Mapping[str, str | None] | None) -> str | None:
    """As a letter is addressed; the parts a Saudi national address has."""
    if address is None:
        return None
    street = " ".join(filter(None, (address["building"], address["street"])))
    codes = " ".join(filter(None, (address["postal_code"], address["additional_number"])))
    parts = (street, address["district"], address["city"], codes, address["country_code"])
    whole = [one for one in parts if one]
    return ("، " if _ARABIC.search("".join(whole)) else ", ").join(whole) or None


def _facts(invoice: Mapping[str, Any], language: Language) -> list[Json]:
    facts = []
    if invoice["number"]:
        facts.append({"label": label("number", language), "value": ltr(invoice["number"]),
                      "beside": None})  # fmt: skip
    for name in _DATES:
        day = date.fromisoformat(invoice[name])
        facts.append({"label": label(name, language), "value": ltr(day.isoformat()),
                      "beside": hijri(day, language)})  # fmt: skip
    if invoice["payment_terms"]:
        facts.append({"label": label("payment_terms", language),
                      "value": text(invoice["payment_terms"]), "beside": None})  # fmt: skip
    facts.append({"label": label("currency", language), "value": ltr(invoice["currency"]),
                  "beside": None})  # fmt: skip
    return facts


def _row(place: int, line: Mapping[str, Any]) -> list[str]:
    tax, discount = line["tax"], line["discount"]
    taken = grouped(line["discount_amount"]) if discount else ""
    if discount and discount["type"] == "percent":
        taken += f"\n{ltr(discount['value'] + '%')}"
    return [
        ltr(str(place)), text(line["description"]), grouped(line["quantity"]),
        grouped(line["unit_price"]), taken, ltr(percent(tax["rate"])) if tax else "",
        grouped(line["net"]),
    ]  # fmt: skip


def _totals(invoice: Mapping[str, Any], language: Language) -> Iterable[Json]:
    def line(name: str, amount: str, *, is_strong: bool = False, **values: str) -> Json:
        first, *second = label(name, language, **values)
        words = [f"{first} ({ltr(invoice['currency'])})" if is_strong else first, *second]
        return {"label": words, "value": grouped(amount), "strong": is_strong}

    def some(name: str, amount: str) -> Iterable[Json]:
        return [line(name, amount)] if amount.strip("-0.") else []

    yield line("subtotal", invoice["subtotal"])
    yield from some("discount", f"-{invoice['discount_total']}")
    yield from some("shipping", invoice["shipping"])
    for group in invoice["taxes"]:
        name = "taxed" if group["category"] == "S" else "untaxed"
        yield line(name, group["amount"], rate=ltr(percent(group["rate"])),
                   taxable=grouped(group["taxable"]))  # fmt: skip
    yield from some("rounding", invoice["rounding"])
    total = "total_with_tax" if invoice["taxes"] else "total"
    yield line(total, invoice["total"], is_strong=True)
    if invoice["home_currency"] not in (None, invoice["currency"]):
        yield line("home_tax", invoice["home_tax_total"], currency=ltr(invoice["home_currency"]))
    yield from some("deposit", invoice["deposit"])
    settled = [
        one for name in ("credited", "paid", "written_off")
        for one in some(f"amount_{name}", invoice[name])
    ]  # fmt: skip
    yield from settled
    if settled:
        yield line("balance", invoice["balance"], is_strong=True)


def _texts(invoice: Mapping[str, Any], language: Language) -> Iterable[Json]:
    reasons = {
        line["tax"]["exemption_reason"]: None for line in invoice["lines"]
        if line["tax"] and line["tax"]["exemption_reason"]
    }  # fmt: skip
    found = {"exemption": "\n".join(reasons), "notes": invoice["notes"], "terms": invoice["terms"]}
    for name, said in found.items():
        if said:
            yield {"label": label(name, language), "value": text(said)}
