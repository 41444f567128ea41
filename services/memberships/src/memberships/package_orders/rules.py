"""Package orders: credit that is sold, and charged once it is paid."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, Literal

from chassis.errors import Conflict, NotFound
from memberships.bills.rules import Standing, has_ended, is_paid, price_after

Verb = Literal["created", "invoiced", "paid", "cancelled", "failed", "reversed"]


class Status(StrEnum):
    """`pending` until billing answered, `failed` where it refused; `reversed` was paid once."""

    PENDING = "pending"
    INVOICED = "invoiced"
    PAID = "paid"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REVERSED = "reversed"


WITHDRAWN: Final = "أُلغي طلب الباقة · The package order was cancelled"


class PackageOrderNotFound(NotFound):
    """No such order, or one of a client that the caller does not see."""

    code = "package_order_not_found"
    detail = "There is no such package order."


class PackageOrderPaid(Conflict):
    """What was paid is taken back by a credit note, or a refund, of its invoice."""

    code = "package_order_paid"
    detail = "This order is paid. Take it back by a credit note of its invoice."


class PackageOrderExternalIdTaken(Conflict):
    """What a partner's system calls it names one order."""

    code = "external_id_taken"
    detail = "Another package order has this external id."


def cause(order_id: object) -> str:
    """What billing knows it by."""
    return f"package_order:{order_id}"


def charge_cause(order_id: object, times: int) -> str:
    """What credit knows it by; some were charged anew, by another name, when paid again."""
    again = f":{times}" if times > 1 else ""
    return f"{cause(order_id)}{again}"


def check_cost_nothing(sold: Mapping[str, Any], discount: Mapping[str, Any] | None) -> None:
    """Of what cost something money is to be given back; raises PackageOrderPaid."""
    if price_after(sold, discount):
        raise PackageOrderPaid()


def after(status: str, invoice: Standing, *, was_charged: bool) -> Status:
    """Where an order stands once its invoice stands so; what was cancelled stays so."""
    if status == Status.CANCELLED:
        return Status.CANCELLED
    if is_paid(invoice):
        return Status.PAID
    if has_ended(invoice):
        return Status.REVERSED if was_charged else Status.CANCELLED
    return Status.INVOICED


def told(before: str, after: Status) -> Verb:
    """What is told of an order that stood so, and stands so now."""
    if after is Status.INVOICED:
        # What was paid is to be paid again: its credit was taken back.
        return "reversed" if before == Status.PAID else "invoiced"
    if after is Status.PAID:
        return "paid"
    return "reversed" if after is Status.REVERSED else "cancelled"
