"""Orders: where one stands, and what becomes of it."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from chassis.errors import Conflict, NotFound


class Status(StrEnum):
    """Where an order stands."""

    DRAFT = "draft"
    CONFIRMED = "confirmed"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"


Shown = Literal["draft", "confirmed", "fulfilled", "cancelled"]


class OrderNotFound(NotFound):
    """No such order, or one of a client that the caller does not see."""

    code = "order_not_found"
    detail = "There is no such order."


class OrderNotDraft(Conflict):
    """What was agreed stays as it is."""

    code = "order_not_draft"
    detail = "Only a draft can be changed, removed or confirmed."


class OrderNotOpen(Conflict):
    """Not confirmed yet, done, or called off."""

    code = "order_not_open"
    detail = "This order is not open for that: it is {status}."


class OrderInvoiced(Conflict):
    """Its invoice has to go first."""

    code = "order_invoiced"
    detail = "There is an invoice of this order."


class OrderExternalIdTaken(Conflict):
    """What a partner's system calls it names one order."""

    code = "external_id_taken"
    detail = "Another order has this external id."


def check_draft(status: str) -> None:
    """Raises OrderNotDraft."""
    if status != Status.DRAFT:
        raise OrderNotDraft()


def fulfilled(status: str) -> Status:
    """The status after all of it was handed over; raises OrderNotOpen."""
    _check(status, Status.CONFIRMED)
    return Status.FULFILLED


def cancelled(status: str, invoice_id: UUID | None) -> Status:
    """The status after it was called off; raises OrderNotOpen and OrderInvoiced."""
    _check(status, Status.DRAFT, Status.CONFIRMED)
    if invoice_id is not None:
        raise OrderInvoiced()
    return Status.CANCELLED


def check_invoiceable(status: str) -> None:
    """Whether an invoice can be made of it; whoever does confirms a draft. Raises OrderNotOpen."""
    _check(status, Status.DRAFT, Status.CONFIRMED, Status.FULFILLED)


def _check(status: str, *allowed: str) -> None:
    if status not in allowed:
        raise OrderNotOpen(status=status)
