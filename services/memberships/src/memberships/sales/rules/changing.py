"""Another package from a day on: what is unused of what was paid counts towards its price."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from typing import Any, Final, Literal, TypeVar

from chassis.errors import Conflict, Invalid
from chassis.money import Money

Json = dict[str, Any]
Kind = Literal["invoice", "credit_note", "none"]
BilledT = TypeVar("BilledT")
_REASON: Final = "تغيير الباقة · Change of the package"


class NothingRuns(Conflict):
    """Only what is used up day by day has days left."""

    code = "no_period_runs"
    detail = "No paid period runs today. Change the package at the end of the period."


class RenewedAhead(Conflict):
    """What is paid ahead begins when the period before it ends."""

    code = "renewed_ahead"
    detail = "A later period is paid already. Change the package at the end of the period."


class OtherCurrency(Invalid):
    """What was paid in one currency counts in that one."""

    code = "other_currency"
    detail = "This package is sold in another currency."


class OtherTax(Invalid):
    """What was paid with one tax is no part of a price with another one."""

    code = "other_tax"
    detail = "This package is sold with another tax. Change it at the end of the period."


class InvoiceCredited(Conflict):
    """Nobody knows which days it was given back for."""

    code = "invoice_credited"
    detail = "Some of what was paid was credited or written off. Change it at the period's end."


class NotCreditable(Conflict):
    """No invoice of it has so much left to be credited."""

    code = "change_not_creditable"
    detail = "No invoice of this membership has so much left. Change it at the end of the period."


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to on a day, before tax, in minor units.

    `credit` is what the days that are left are worth; `price` what the new period costs; the
    difference is invoiced, or credited.
    """

    day: date
    days: int
    days_left: int
    credit_minor: int
    price_minor: int

    @property
    def difference_minor(self) -> int:
        """What is to be paid, below zero what is given back."""
        return self.price_minor - self.credit_minor

    @property
    def kind(self) -> Kind:
        """What billing is asked for."""
        if self.difference_minor == 0:
            return "none"
        return "invoice" if self.difference_minor > 0 else "credit_note"


def worth_left(
    price_minor: int, days: int, days_left: int, unused: Fraction = Fraction(1)
) -> int:  # fmt: skip
    """What the days that are left of a period are worth, rounded down.

    At most as large a share of its price as nobody used of the credit that went with it.
    """
    by_days = price_minor * days_left // days if days else 0
    return min(by_days, floor(price_minor * unused))


def with_enough(found: Iterable[tuple[BilledT, int]], minor: int) -> BilledT:
    """The first whose invoice has so much left; raises NotCreditable."""
    for one, left in found:
        if left >= minor:
            return one
    raise NotCreditable()


def credit_request(invoice_id: object, terms: Json, text: str, minor: int) -> Json:
    """So much of what an invoice asked for with the tax of these terms.

    Of no line of its: what is left of one's quantity is no share of a price to the smallest part.
    """
    line = {
        "description": text, "quantity": "1",
        "unit_price": Money(minor, terms["currency"]).format(),
        **({"tax_id": terms["tax_id"]} if terms["tax_id"] else {}),
    }  # fmt: skip
    return {"invoice_id": str(invoice_id), "lines": [line], "reason": _REASON}


def check_currency(known: str, wanted: str) -> None:
    """Raises OtherCurrency."""
    if known != wanted:
        raise OtherCurrency(field="package_id")


def check_tax(known: str | None, wanted: str | None) -> None:
    """Raises OtherTax."""
    if known != wanted:
        raise OtherTax(field="package_id")
