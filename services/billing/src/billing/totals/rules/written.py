"""Documents as they are written and kept: amounts as decimal strings, and what they come to."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from billing.totals.rules.engine import Discount, Document, Group, Line, Tax, Totals, totals
from chassis.errors import Invalid
from chassis.money import Money

Json = dict[str, Any]
# What figures follow from, besides the lines.
EXTRAS: Final = ("discount", "shipping", "deposit")


class NotAnAmount(Invalid):
    """More decimals than the currency has, or more than is kept."""

    code = "not_an_amount"
    detail = "This is not an amount in {currency}."


def minor(text: str, currency: str, field: str) -> int:
    """An amount in minor units; raises NotAnAmount."""
    try:
        return Money.parse(text, currency).amount_minor
    except ValueError:
        raise NotAnAmount(field=field, currency=currency) from None


def figures(currency: str, lines: Sequence[Json], extras: Mapping[str, Any]) -> Json:
    """The columns of a document: its lines with what each comes to, and all its figures.

    A line's `tax` is what it is taxed with. Raises NotAnAmount and what `totals` raises.
    """
    document = document_of(currency, lines, extras)
    found = totals(document)
    return {
        "currency": currency, "lines": _shown_lines(currency, lines, found),
        "discount": _shown_discount(extras.get("discount"), currency),
        "taxes": [_shown(one, currency) for one in found.groups if one.category is not None],
        "subtotal_minor": found.subtotal_minor, "discount_minor": found.discount_minor,
        "shipping_minor": document.shipping_minor, "deposit_minor": document.deposit_minor,
        "tax_minor": found.tax_minor, "rounding_minor": found.rounding_minor,
        "total_minor": found.total_minor,
    }  # fmt: skip


def document_of(currency: str, lines: Sequence[Json], extras: Mapping[str, Any]) -> Document:
    """What the figures of a document follow from; raises NotAnAmount."""
    agreed = extras.get("agreed_total")
    return Document(
        currency=currency, lines=[_line(one, at, currency) for at, one in enumerate(lines)],
        discount=_discount(extras.get("discount"), currency, "discount"),
        shipping_minor=minor(extras.get("shipping") or "0", currency, "shipping"),
        deposit_minor=minor(extras.get("deposit") or "0", currency, "deposit"),
        agreed_minor=None if agreed is None else minor(agreed, currency, "total"),
    )  # fmt: skip


def _line(line: Json, place: int, currency: str) -> Line:
    field, tax = f"lines.{place}", line["tax"]
    return Line(
        quantity=Decimal(line["quantity"]),
        unit_price_minor=minor(line["unit_price"], currency, f"{field}.unit_price"),
        discount=_discount(line["discount"], currency, f"{field}.discount"),
        tax=tax and Tax(tax["category"], Decimal(tax["rate"]), tax["inclusive"]),
    )


def _discount(given: Json | None, currency: str, field: str) -> Discount:
    if given is None:
        return Discount()
    if given["type"] == "percent":
        return Discount(percent=Decimal(given["value"]))
    return Discount(amount_minor=minor(given["value"], currency, f"{field}.value"))


def _shown_lines(currency: str, lines: Sequence[Json], found: Totals) -> list[Json]:
    return [
        line | {
            "unit_price": Money.parse(line["unit_price"], currency).format(),
            "discount": _shown_discount(line["discount"], currency),
            "discount_amount": Money(figure.discount_minor, currency).format(),
            "net": Money(figure.net_minor, currency).format(),
        }
        for line, figure in zip(lines, found.lines, strict=True)
    ]  # fmt: skip


def _shown_discount(given: Json | None, currency: str) -> Json | None:
    if given is None or given["type"] == "percent":
        return given
    return given | {"value": Money.parse(given["value"], currency).format()}


def _shown(group: Group, currency: str) -> Json:
    return {
        "category": group.category, "rate": f"{group.rate:f}",
        "taxable": Money(group.taxable_minor, currency).format(),
        "amount": Money(group.tax_minor, currency).format(),
    }  # fmt: skip
