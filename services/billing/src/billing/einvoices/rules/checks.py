"""E-invoices: what has to be known before one takes its number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from billing.taxes.rules import exemption_code
from chassis.errors import Conflict, FieldError, Invalid

Json = Mapping[str, Any]
_CURRENCY: Final = "SAR"
_COUNTRY: Final = "SA"
# BR-KSA-40 and BR-KSA-44: 15 digits, the first and the last of them 3.
_VAT_NUMBER: Final = re.compile(r"3\d{13}3")
# BR-KSA-08: a commercial register or another number of a company.
_REGISTRATION: Final = re.compile(r"[A-Za-z0-9]{1,30}")
# BR-KSA-37: a building has four digits; BR-KSA-66 and BR-KSA-67: a postal code has five.
_SHAPES: Final = {"building": re.compile(r"\d{4}"), "postal_code": re.compile(r"\d{5}")}
# BR-KSA-09 and BR-KSA-63: of an address in Saudi Arabia.
_ADDRESS: Final = ("street", "building", "district", "city", "postal_code")
_MISSING: Final = "An e-invoice needs this."
_WRONG: Final = {
    "vat_number": "A Saudi VAT number has 15 digits, the first and the last of them 3.",
    "registration_number": "A registration number has up to 30 letters and digits.",
    "building": "The building number of a Saudi address has 4 digits.",
    "postal_code": "The postal code of a Saudi address has 5 digits.",
    "currency": "E-invoices are for companies whose own currency is SAR.",
    "exemption_code": "Of a tax without a rate an e-invoice names the exemption code.",
    "one_code": "What is taxed alike has the same exemption code on an e-invoice.",
}


class EInvoiceIncomplete(Invalid):
    """The authority would refuse it."""

    code = "e_invoice_incomplete"
    detail = "This cannot be an e-invoice yet."


class EInvoicing(Conflict):
    """What the authority was told of is not taken back."""

    code = "e_invoicing"
    detail = "With e-invoicing nothing is voided. Make a credit note instead."


def check(seller: Json, buyer: Json | None, lines: Sequence[Json], currency: str) -> None:
    """Whether a document says all that it needs; `currency` is the company's own.

    Raises EInvoiceIncomplete, which names each field.
    """
    found = [*_seller(seller, currency), *_buyer(buyer or {}), *_lines(lines)]
    if found:
        raise EInvoiceIncomplete(errors=tuple(found))


def _seller(seller: Json, currency: str) -> Iterator[FieldError]:
    if currency != _CURRENCY:
        yield _wrong("currency", "currency")
    yield from _shaped("seller", "vat_number", seller.get("vat_number"), _VAT_NUMBER)
    number = seller.get("registration_number")
    yield from _shaped("seller", "registration_number", number, _REGISTRATION)
    yield from _address("seller", seller.get("address") or {})


def _buyer(buyer: Json) -> Iterator[FieldError]:
    """Of a standard invoice's; a simplified one's says nothing, or what it likes."""
    if not buyer.get("tax_number"):
        return
    address = buyer.get("address") or {}
    if _country(buyer) == _COUNTRY:
        yield from _shaped("buyer", "tax_number", buyer["tax_number"], _VAT_NUMBER, "vat_number")
        yield from _address("buyer", address)
    else:
        for part in ("street", "city"):
            if not address.get(part):
                yield _missing(f"buyer.address.{part}")


def _country(buyer: Json) -> str:
    """Who says nothing of it is at home."""
    address = buyer.get("address") or {}
    return address.get("country_code") or buyer.get("country_code") or _COUNTRY


def _address(role: str, address: Json) -> Iterator[FieldError]:
    for part in _ADDRESS:
        field, value = f"{role}.address.{part}", address.get(part)
        if not value:
            yield _missing(field)
        elif part in _SHAPES and not _SHAPES[part].fullmatch(value):
            yield _wrong(field, part)


def _shaped(
    role: str, name: str, value: str | None, shape: re.Pattern[str], kind: str | None = None
) -> Iterator[FieldError]:
    if not value:
        yield _missing(f"{role}.{name}")
    elif not shape.fullmatch(value):
        yield _wrong(f"{role}.{name}", kind or name)


def _lines(lines: Sequence[Json]) -> Iterator[FieldError]:
    """BR-KSA-69; and each category and rate is told once, with one code."""
    codes: dict[tuple[str, str], str | None] = {}
    for place, line in enumerate(lines):
        tax = line["tax"] or {"category": "O", "rate": "0"}
        code = exemption_code(tax)
        field = f"lines.{place}.tax_id"
        if line["tax"] and tax["category"] != "S" and code is None:
            yield _wrong(field, "exemption_code")
        elif codes.setdefault((tax["category"], tax["rate"]), code) != code:
            yield _wrong(field, "one_code")


def _missing(field: str) -> FieldError:
    return FieldError(field, "required", _MISSING)


def _wrong(field: str, kind: str) -> FieldError:
    return FieldError(field, f"e_invoice_{kind}", _WRONG[kind])
