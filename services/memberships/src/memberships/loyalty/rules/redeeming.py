"""What points are worth, and which invoice they can be taken off."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import Final
from uuid import UUID

from chassis.money import digits
from memberships.loyalty.rules import failures


class Status(StrEnum):
    """Where a redemption is: the first three hold points, the others gave them back."""

    PENDING = "pending"
    APPLIED = "applied"
    CANCELLING = "cancelling"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    # The invoice is no more, or has another discount.
    RETURNED = "returned"


# One of these stands in the way of another one on the same invoice.
LIVE: Final = (Status.PENDING, Status.APPLIED, Status.CANCELLING)
# Of these billing is asked.
WAITING: Final = (Status.PENDING, Status.CANCELLING)


@dataclass(frozen=True, slots=True)
class Draft:
    """An invoice that points are to be taken off: amounts in minor units of its currency."""

    client_id: UUID | None
    status: str
    currency: str
    subtotal_minor: int
    is_discounted: bool
    # By an amount, if it is.
    discount_minor: int | None = None


def worth_minor(amount: int, decimals: int, point_value: str, currency: str) -> int:
    """What points come to in minor units; the rest of a minor unit is not given."""
    value = Decimal(amount).scaleb(-decimals) * Decimal(point_value)
    return int(value.scaleb(digits(currency)).to_integral_value(rounding=ROUND_FLOOR))


def check_minimum(amount: int, decimals: int, minimum: str) -> None:
    """Raises TooFewPoints."""
    least = Decimal(minimum).scaleb(decimals).to_integral_value(rounding=ROUND_CEILING)
    if amount < least:
        raise failures.TooFewPoints(field="points", minimum=minimum)


def check_draft(draft: Draft, is_own: bool, currency: str) -> None:
    """Whether points in this currency can be taken off it by the client, who owes it or does not.

    Raises InvoiceNotDraft, InvoiceOfAnother, OtherCurrency and InvoiceDiscounted.
    """
    if not is_own:
        raise failures.InvoiceOfAnother(field="invoice_id")
    if draft.status != "draft":
        raise failures.InvoiceNotDraft()
    if draft.currency != currency:
        raise failures.OtherCurrency(field="invoice_id", currency=currency)
    if draft.is_discounted:
        raise failures.InvoiceDiscounted()


def check_still(draft: Draft, is_own: bool, currency: str, amount_minor: int) -> None:
    """The same once billing is asked for a discount: it may have taken it before, and not been
    heard.
    """
    if draft.discount_minor != amount_minor:
        check_draft(draft, is_own, currency)


def check_worth(worth: int, draft: Draft) -> None:
    """Raises WorthNothing and WorthMore."""
    if not worth:
        raise failures.WorthNothing(field="points", currency=draft.currency)
    if worth > draft.subtotal_minor:
        raise failures.WorthMore()
