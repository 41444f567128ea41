"""Invoices as XML: UBL 2.1 by EN 16931, with what ZATCA asks for besides."""

import re
from base64 import b64encode
from collections.abc import Mapping
from decimal import Decimal, localcontext
from hashlib import sha256
from typing import Any, Final
from xml.etree import ElementTree as Tree

from billing.chains.rules import GENESIS
from billing.papers.rules.qr import code, issued_at
from billing.totals.rules.engine import Group, totals
from billing.totals.rules.written import document_of
from chassis.money import PRECISION, Money, round_half_up

Json = Mapping[str, Any]
_DOCUMENT: Final = "urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
_BASIC: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
_AGGREGATE: Final = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
# UNTDID 1001. ZATCA's KSA-2: a tax invoice or a simplified one, and no special case.
_INVOICE, _PRO_FORMA = "388", "325"
_STANDARD, _SIMPLIFIED = "0100000", "0200000"
# UNTDID 4461: by whatever means. UN/ECE rec 20: a piece, as a line has no unit of its own.
_ANY_MEANS, _PIECE = "1", "PCE"
# ZATCA, KSA-13: what stands before the first.
_FIRST: Final = b64encode(sha256(b"0").hexdigest().encode()).decode()
_REASON: Final = re.compile(r"VATEX-SA-[A-Z0-9-]+")
# What has no tax is out of its scope.
_NO_TAX: Final = "O"
_OUT_OF_SCOPE: Final = "VATEX-SA-OOS"
_ADDRESS: Final = (
    ("street", "StreetName"), ("building", "BuildingNumber"),
    ("additional_number", "PlotIdentification"), ("district", "CitySubdivisionName"),
    ("city", "CityName"), ("postal_code", "PostalZone"),
)  # fmt: skip
# What XML 1.0 has no way to say.
_UNSAYABLE: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

for _prefix, _space in (("", _DOCUMENT), ("cac", _AGGREGATE), ("cbc", _BASIC)):
    Tree.register_namespace(_prefix, _space)


def xml(invoice: Json) -> bytes:
    """An invoice, as the API shows it: simplified unless its buyer has a tax number.

    Its figures are the engine's. Not signed. A draft is a pro forma, known by its id.
    """
    root = Tree.Element(f"{{{_DOCUMENT}}}Invoice")
    figures = totals(document_of(invoice["currency"], invoice["lines"], invoice))
    _head(root, invoice)
    for role, party in (("Supplier", invoice["seller"]), ("Customer", invoice["buyer"] or {})):
        _party(_cac(root, f"Accounting{role}Party", "Party"), party)
    _cbc(_cac(root, "Delivery"), "ActualDeliveryDate", invoice["supply_date"])
    _cbc(_cac(root, "PaymentMeans"), "PaymentMeansCode", _ANY_MEANS)
    if invoice["payment_terms"]:
        _cbc(_cac(root, "PaymentTerms"), "Note", invoice["payment_terms"])
    for group in figures.groups:
        _adjust(root, invoice, group, "false", group.discount_minor)
        _adjust(root, invoice, group, "true", group.shipping_minor)
    _taxes(root, invoice, figures.groups)
    _sums(root, invoice)
    for place, line in enumerate(invoice["lines"], 1):
        _line(root, invoice["currency"], place, line)
    made: bytes = Tree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return made


def _head(root: Tree.Element, invoice: Json) -> None:
    buyer, number = invoice["buyer"] or {}, invoice["number"]
    _cbc(root, "ProfileID", "reporting:1.0")
    _cbc(root, "ID", number or invoice["id"])
    _cbc(root, "UUID", invoice["id"])
    _cbc(root, "IssueDate", invoice["issue_date"])
    if number:
        _cbc(root, "IssueTime", issued_at(invoice).strftime("%H:%M:%S"))
    _cbc(root, "DueDate", invoice["due_date"])
    kind = _STANDARD if buyer.get("tax_number") else _SIMPLIFIED
    _cbc(root, "InvoiceTypeCode", _INVOICE if number else _PRO_FORMA, name=kind)
    if invoice["notes"]:
        _cbc(root, "Note", invoice["notes"])
    _cbc(root, "DocumentCurrencyCode", invoice["currency"])
    _cbc(root, "TaxCurrencyCode", invoice["home_currency"] or invoice["currency"])
    if number:
        _chain(root, invoice)


def _chain(root: Tree.Element, invoice: Json) -> None:
    """The counter (KSA-16), the hash of the one before (KSA-13), and the code (KSA-14)."""
    counter = _cac(root, "AdditionalDocumentReference")
    _cbc(counter, "ID", "ICV")
    _cbc(counter, "UUID", str(invoice["chain"]["place"]))
    before = invoice["chain"]["previous_hash"]
    told = _FIRST if before == GENESIS else b64encode(bytes.fromhex(before)).decode()
    for name, value in (("PIH", told), ("QR", code(invoice))):
        reference = _cac(root, "AdditionalDocumentReference")
        _cbc(reference, "ID", name)
        held = _cac(reference, "Attachment")
        _cbc(held, "EmbeddedDocumentBinaryObject", value, mimeCode="text/plain")


def _party(party: Tree.Element, told: Json) -> None:
    if told.get("registration_number"):
        _cbc(_cac(party, "PartyIdentification"), "ID", told["registration_number"], schemeID="CRN")
    address = told.get("address") or {}
    country = address.get("country_code") or told.get("country_code")
    if any(address.values()) or country:
        written_address = _cac(party, "PostalAddress")
        for part, name in _ADDRESS:
            if address.get(part):
                _cbc(written_address, name, address[part])
        if country:
            _cbc(_cac(written_address, "Country"), "IdentificationCode", country)
    if number := told.get("vat_number") or told.get("tax_number"):
        scheme = _cac(party, "PartyTaxScheme")
        _cbc(scheme, "CompanyID", number)
        _cbc(_cac(scheme, "TaxScheme"), "ID", "VAT")
    if told:
        name = told.get("business_name") or told["name"]
        _cbc(_cac(party, "PartyLegalEntity"), "RegistrationName", name)


def _adjust(root: Tree.Element, invoice: Json, group: Group, is_charge: str, minor: int) -> None:
    """The group's part of the document's discount (BG-20), or of the shipping (BG-21)."""
    if not minor:
        return
    adjusted = _cac(root, "AllowanceCharge")
    _cbc(adjusted, "ChargeIndicator", is_charge)
    if is_charge == "true":
        _cbc(adjusted, "AllowanceChargeReasonCode", "SAA")  # UNTDID 7161: shipping
        _cbc(adjusted, "AllowanceChargeReason", "Shipping")
    else:
        _cbc(adjusted, "AllowanceChargeReasonCode", "95")  # UNTDID 5189: discount
        _cbc(adjusted, "AllowanceChargeReason", "Discount")
    _money(adjusted, "Amount", Money(minor, invoice["currency"]).format(), invoice["currency"])
    _category(_cac(adjusted, "TaxCategory"), group.category, group.rate)


def _taxes(root: Tree.Element, invoice: Json, groups: tuple[Group, ...]) -> None:
    """In the company's currency (BT-111), and in the invoice's with its groups (BT-110, BG-23)."""
    currency = invoice["currency"]
    home = invoice["home_currency"] or currency
    at_home = invoice["home_tax_total"] if home != currency else invoice["tax_total"]
    _money(_cac(root, "TaxTotal"), "TaxAmount", at_home, home)
    total = _cac(root, "TaxTotal")
    _money(total, "TaxAmount", invoice["tax_total"], currency)
    reasons = {
        (one["tax"]["category"], Decimal(one["tax"]["rate"])): one["tax"]["exemption_reason"]
        for one in invoice["lines"] if one["tax"]
    }  # fmt: skip
    for group in groups:
        part = _cac(total, "TaxSubtotal")
        _money(part, "TaxableAmount", Money(group.taxable_minor, currency).format(), currency)
        _money(part, "TaxAmount", Money(group.tax_minor, currency).format(), currency)
        reason = reasons.get((group.category or _NO_TAX, group.rate))
        _category(_cac(part, "TaxCategory"), group.category, group.rate, reason or "Not taxed")


def _category(
    category: Tree.Element, of: str | None, rate: Decimal, reason: str | None = None
) -> None:
    _cbc(category, "ID", of or _NO_TAX)
    _cbc(category, "Percent", f"{(rate * 100).normalize():f}")
    if reason and (of or _NO_TAX) != "S":
        named = _REASON.search(reason)
        if named or (of or _NO_TAX) == _NO_TAX:
            _cbc(category, "TaxExemptionReasonCode", named[0] if named else _OUT_OF_SCOPE)
        _cbc(category, "TaxExemptionReason", reason)
    _cbc(_cac(category, "TaxScheme"), "ID", "VAT")


def _sums(root: Tree.Element, invoice: Json) -> None:
    currency = invoice["currency"]
    untaxed = _sum(invoice, "subtotal", "shipping") - _sum(invoice, "discount_total")
    sums = _cac(root, "LegalMonetaryTotal")
    for name, value in (
        ("LineExtensionAmount", invoice["subtotal"]), ("TaxExclusiveAmount", untaxed.format()),
        ("TaxInclusiveAmount", (untaxed + _sum(invoice, "tax_total")).format()),
        ("AllowanceTotalAmount", invoice["discount_total"]),
        ("ChargeTotalAmount", invoice["shipping"]),
        ("PayableRoundingAmount", invoice["rounding"]), ("PayableAmount", invoice["total"]),
    ):  # fmt: skip
        _money(sums, name, value, currency)


def _sum(invoice: Json, *names: str) -> Money:
    first, *others = (Money.parse(invoice[name], invoice["currency"]) for name in names)
    for one in others:
        first += one
    return first


def _line(root: Tree.Element, currency: str, place: int, line: Json) -> None:
    tax, net = line["tax"], Money.parse(line["net"], currency)
    category, rate = (tax["category"], Decimal(tax["rate"])) if tax else (None, Decimal(0))
    is_inclusive = bool(tax and tax["inclusive"])
    written_line = _cac(root, "InvoiceLine")
    _cbc(written_line, "ID", str(place))
    _cbc(written_line, "InvoicedQuantity", line["quantity"], unitCode=_PIECE)
    _money(written_line, "LineExtensionAmount", line["net"], currency)
    if line["discount_amount"].strip("0.") and not is_inclusive:
        allowance = _cac(written_line, "AllowanceCharge")
        _cbc(allowance, "ChargeIndicator", "false")
        _cbc(allowance, "AllowanceChargeReasonCode", "95")
        _cbc(allowance, "AllowanceChargeReason", "Discount")
        _money(allowance, "Amount", line["discount_amount"], currency)
    taxed = Money(round_half_up(net.amount_minor * rate), currency)
    total = _cac(written_line, "TaxTotal")
    _money(total, "TaxAmount", taxed.format(), currency)
    _money(total, "RoundingAmount", (net + taxed).format(), currency)
    item = _cac(written_line, "Item")
    _cbc(item, "Name", line["description"])
    _category(_cac(item, "ClassifiedTaxCategory"), category, rate)
    price = _net_price(line) if is_inclusive else line["unit_price"]
    _money(_cac(written_line, "Price"), "PriceAmount", price, currency)


def _net_price(line: Json) -> str:
    """Of a price with tax in it: what makes the net, times the quantity."""
    with localcontext(prec=PRECISION):
        price = Decimal(line["net"]) / Decimal(line["quantity"])
        return f"{price.quantize(Decimal('1e-14')).normalize():f}"


def _cac(parent: Tree.Element, *names: str) -> Tree.Element:
    for name in names:
        parent = Tree.SubElement(parent, f"{{{_AGGREGATE}}}{name}")
    return parent


def _cbc(parent: Tree.Element, tag: str, value: str, **attributes: str) -> None:
    child = Tree.SubElement(parent, f"{{{_BASIC}}}{tag}", attributes)
    child.text = _UNSAYABLE.sub("", value)


def _money(parent: Tree.Element, tag: str, amount: str, currency: str) -> None:
    _cbc(parent, tag, amount, currencyID=currency)
