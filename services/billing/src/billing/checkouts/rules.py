"""Tries to pay an invoice online: how much, where one stands, and when it is looked at again."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, Literal

from billing.invoices import rules as invoice_rules
from chassis.errors import Conflict, Invalid, NotFound


class Status(StrEnum):
    """Where a checkout stands; `refunded` is what it is shown as once all of it went back."""

    REQUIRES_PAYMENT = "requires_payment"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


Shown = Literal[
    "requires_payment", "processing", "succeeded", "failed", "cancelled", "refunded"
]  # fmt: skip
# May still be paid; one that failed can be tried again.
OPEN: Final = (Status.REQUIRES_PAYMENT, Status.PROCESSING, Status.FAILED)
# Nobody pays after that; the bank may take days to say what became of one that it has begun.
LASTS: Final = timedelta(days=1)
_FIRST_LOOK: Final = timedelta(minutes=2)
_LONGEST_PAUSE: Final = timedelta(hours=6)


class CheckoutNotFound(NotFound):
    """No such checkout, or one of a client that the caller does not see."""

    code = "checkout_not_found"
    detail = "There is no such checkout."


class NoCheckout(NotFound):
    """Nobody has begun to pay this."""

    code = "checkout_not_found"
    detail = "Nobody has begun to pay this invoice."


class CheckoutNotOpen(Conflict):
    """Paid, or given up."""

    code = "checkout_not_open"
    detail = "This checkout is not open: it is {status}."


class PaymentProcessing(Conflict):
    """Who pays twice has to be given it back."""

    code = "payment_processing"
    detail = "A payment of this invoice is being processed. Wait for what becomes of it."


class PartNotPayable(Invalid):
    """A client pays all that is left, or the deposit."""

    code = "part_not_payable"
    detail = "What is to be paid is all that is left, or what is left of the deposit."


def amount(
    balance_minor: int, deposit_left_minor: int, asked: int | None, *, by_staff: bool
) -> int:
    """How much is paid: all that is left unless it says otherwise.

    Staff may ask for any part. Raises OverAllocated and PartNotPayable.
    """
    if asked is None:
        return balance_minor
    if asked > balance_minor:
        raise invoice_rules.OverAllocated()
    if not by_staff and asked not in (balance_minor, deposit_left_minor):
        raise PartNotPayable(field="amount")
    return asked


def after(status: str, told: str) -> Status:
    """The status once a provider says so: what is paid stays paid, whatever comes late."""
    if status == Status.SUCCEEDED or (status == Status.CANCELLED and told != Status.SUCCEEDED):
        return Status(status)
    return Status(told)


def is_given_up(status: str, begun_at: datetime, now: datetime, *, is_owed: bool) -> bool:
    """Whether it shall not be paid any more: it is too old, or somebody paid otherwise."""
    return status in (Status.REQUIRES_PAYMENT, Status.FAILED) and (
        not is_owed or now - begun_at >= LASTS
    )


def next_look(status: str, now: datetime, checks: int) -> datetime | None:
    """When the provider is asked again, unless they tell before; each time later."""
    if status not in OPEN:
        return None
    return now + min(_FIRST_LOOK * (1 << min(checks, 10)), _LONGEST_PAUSE)
