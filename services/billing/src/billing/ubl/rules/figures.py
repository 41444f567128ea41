"""Figures in UBL 2.1: discounts, taxes, sums and lines, all of them the engine's."""

from decimal import Decimal, localcontext
from typing import Final

from billing.taxes.rules import exemption_code
from billing.totals.rules.engine import Group
from billing.ubl.rules.writing import Element, Json, cac, cbc, money
from chassis.money import PRECISION, Money, round_half_up

# UN/ECE rec 20: a piece, as a line has no unit of its own.
_PIECE: Final = "PCE"
# What has no tax is out of its scope.
_NO_TAX: Final = "O"
_OUT_OF_SCOPE, _NOT_TAXED = "VATEX-SA-OOS", "Not taxed"


def adjust(root: Element, invoice: Json, group: Group, is_charge: str, minor: int) -> None:
    """The group's part of the document's discount (BG-20), or of the shipping (BG-21)."""
    if not minor:
        return
    adjusted = cac(root, "AllowanceCharge")
    cbc(adjusted, "ChargeIndicator", is_charge)
    if is_charge == "true":
        cbc(adjusted, "AllowanceChargeReasonCode", "SAA")  # UNTDID 7161: shipping
        cbc(adjusted, "AllowanceChargeReason", "Shipping")
    else:
        cbc(adjusted, "AllowanceChargeReasonCode", "95")  # UNTDID 5189: discount
        cbc(adjusted, "AllowanceChargeReason", "Discount")
    money(adjusted, "Amount", Money(minor, invoice["currency"]).format(), invoice["currency"])
    _category(cac(adjusted, "TaxCategory"), group.category, group.rate)


def taxes(root: Element, invoice: Json, groups: tuple[Group, ...]) -> None:
    """In the company's currency (BT-111), and in the invoice's with its groups (BT-110, BG-23)."""
    currency = invoice["currency"]
    home = invoice["home_currency"] or currency
    at_home = invoice["home_tax_total"] if home != currency else invoice["tax_total"]
    money(cac(root, "TaxTotal"), "TaxAmount", at_home, home)
    total = cac(root, "TaxTotal")
    money(total, "TaxAmount", invoice["tax_total"], currency)
    reasons = {
        (one["tax"]["category"], Decimal(one["tax"]["rate"])): one["tax"]
        for one in invoice["lines"] if one["tax"]
    }  # fmt: skip
    for group in groups:
        part = cac(total, "TaxSubtotal")
        money(part, "TaxableAmount", Money(group.taxable_minor, currency).format(), currency)
        money(part, "TaxAmount", Money(group.tax_minor, currency).format(), currency)
        _category(cac(part, "TaxCategory"), group.category, group.rate)
        _exempt(part[-1], reasons.get((group.category or _NO_TAX, group.rate)))


def _category(category: Element, of: str | None, rate: Decimal) -> None:
    cbc(category, "ID", of or _NO_TAX)
    cbc(category, "Percent", f"{(rate * 100).normalize():f}")
    cbc(cac(category, "TaxScheme"), "ID", "VAT")


def _exempt(category: Element, tax: Json | None) -> None:
    """Why no tax is due, before its scheme; what has no tax at all is out of its scope."""
    told: Json = tax or {"category": _NO_TAX, "exemption_reason": _NOT_TAXED}
    if told["category"] == "S":
        return
    scheme = category[-1]
    code = exemption_code(told) or (_OUT_OF_SCOPE if told["category"] == _NO_TAX else None)
    for name, value in (("Code", code), ("", told["exemption_reason"])):
        if value:
            cbc(category, f"TaxExemptionReason{name}", value)
    category.append(scheme)


def sums(root: Element, invoice: Json) -> None:
    """What it all comes to (BG-22)."""
    currency = invoice["currency"]
    untaxed = _sum(invoice, "subtotal", "shipping") - _sum(invoice, "discount_total")
    written_sums = cac(root, "LegalMonetaryTotal")
    for name, value in (
        ("LineExtensionAmount", invoice["subtotal"]), ("TaxExclusiveAmount", untaxed.format()),
        ("TaxInclusiveAmount", (untaxed + _sum(invoice, "tax_total")).format()),
        ("AllowanceTotalAmount", invoice["discount_total"]),
        ("ChargeTotalAmount", invoice["shipping"]),
        ("PayableRoundingAmount", invoice["rounding"]), ("PayableAmount", invoice["total"]),
    ):  # fmt: skip
        money(written_sums, name, value, currency)


def _sum(invoice: Json, *names: str) -> Money:
    first, *others = (Money.parse(invoice[name], invoice["currency"]) for name in names)
    for one in others:
        first += one
    return first


def line(root: Element, currency: str, place: int, line: Json) -> None:
    """A line (BG-25)."""
    tax, net = line["tax"], Money.parse(line["net"], currency)
    category, rate = (tax["category"], Decimal(tax["rate"])) if tax else (None, Decimal(0))
    is_inclusive = bool(tax and tax["inclusive"])
    written_line = cac(root, "InvoiceLine")
    cbc(written_line, "ID", str(place))
    cbc(written_line, "InvoicedQuantity", line["quantity"], unitCode=_PIECE)
    money(written_line, "LineExtensionAmount", line["net"], currency)
    if line["discount_amount"].strip("0.") and not is_inclusive:
        allowance = cac(written_line, "AllowanceCharge")
        cbc(allowance, "ChargeIndicator", "false")
        cbc(allowance, "AllowanceChargeReasonCode", "95")
        cbc(allowance, "AllowanceChargeReason", "Discount")
        money(allowance, "Amount", line["discount_amount"], currency)
    taxed = Money(round_half_up(net.amount_minor * rate), currency)
    total = cac(written_line, "TaxTotal")
    money(total, "TaxAmount", taxed.format(), currency)
    money(total, "RoundingAmount", (net + taxed).format(), currency)
    item = cac(written_line, "Item")
    cbc(item, "Name", line["description"])
    _category(cac(item, "ClassifiedTaxCategory"), category, rate)
    price = _net_price(line) if is_inclusive else line["unit_price"]
    money(cac(written_line, "Price"), "PriceAmount", price, currency)


def _net_price(line: Json) -> str:
    """Of a price with tax in it: what makes the net, times the quantity."""
    with localcontext(prec=PRECISION):
        price = Decimal(line["net"]) / Decimal(line["quantity"])
        return f"{price.quantize(Decimal('1e-14')).normalize():f}"
