"""Another package from a day on: what is unused of what was paid counts towards its price."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_UP, Decimal
from typing import Any, Final, Literal, TypeVar

from chassis.errors import Conflict, Invalid
from chassis.money import Money, round_half_up

Json = dict[str, Any]
Kind = Literal["invoice", "credit_note", "none"]
BilledT = TypeVar("BilledT")
_REASON: Final = "تغيير الباقة · Change of the package"
_MILLIONTH: Final = Decimal("0.000001")


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


def worth_left(price_minor: int, days: int, days_left: int) -> int:
    """What the days that are left of a period are worth, rounded down."""
    return price_minor * days_left // days if days else 0


def with_enough(found: Iterable[tuple[BilledT, int]], minor: int) -> BilledT:
    """The first whose invoice has so much left; raises NotCreditable."""
    for one, left in found:
        if left >= minor:
            return one
    raise NotCreditable()


def credit_request(invoice_id: object, terms: Json, text: str, minor: int) -> Json:
    """So much of the package's line of an invoice, which is its first.

    As much of its quantity, rounded up, and what that is more as a discount.
    """
    price = Money.parse(terms["price"], terms["currency"]).amount_minor
    quantity = (Decimal(minor) / Decimal(price)).quantize(_MILLIONTH, rounding=ROUND_UP)
    over = round_half_up(quantity * price) - minor
    off = {"type": "amount", "value": Money(over, terms["currency"]).format()}
    line = {
        "description": text, "quantity": f"{quantity.normalize():f}", "unit_price": terms["price"],
        "invoice_line": 0, **({"discount": off} if over else {}),
    }  # fmt: skip
    return {"invoice_id": str(invoice_id), "lines": [line], "reason": _REASON}


def check_currency(known: str, wanted: str) -> None:
    """Raises OtherCurrency."""
    if known != wanted:
        raise OtherCurrency(field="package_id")
