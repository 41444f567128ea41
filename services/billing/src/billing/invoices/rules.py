"""Invoices: what becomes of one, and when."""

from datetime import date
from enum import StrEnum
from typing import Final, Literal

from chassis.errors import Conflict, Invalid, NotFound


class Status(StrEnum):
    """Where an invoice stands; `overdue` is what it is shown as besides."""

    DRAFT = "draft"
    ISSUED = "issued"
    PAID = "paid"


Shown = Literal["draft", "issued", "overdue", "paid"]
# Shown as overdue from the day after the one they are due on.
OWED: Final = (Status.ISSUED,)


# No payment is taken here yet: what is paid as it is issued is so because it is nothing.
PAID_MINOR: Final = 0


class InvoiceNotFound(NotFound):
    """No such invoice, or one of a client that the caller does not see."""

    code = "invoice_not_found"
    detail = "There is no such invoice."


class InvoiceNotDraft(Conflict):
    """What was issued stays as it is: the law, and the client, have it."""

    code = "invoice_not_draft"
    detail = "Only a draft can be changed, removed or issued."


class InvoiceExternalIdTaken(Conflict):
    """What a partner's system calls it names one invoice."""

    code = "external_id_taken"
    detail = "Another invoice has this external id."


class DueBeforeIssue(Invalid):
    """Nothing is due before it is asked for."""

    code = "due_before_issue"
    detail = "An invoice is not due before the day it is issued."


class UnknownProduct(Invalid):
    """A line names a product that is not there, or not sold any more."""

    code = "unknown_reference"
    detail = "There is no such product or service in use."


class TaxNotValid(Invalid):
    """A tax holds for a time, and the supply is at another."""

    code = "tax_not_valid"
    detail = "This tax does not hold on {day}."


class UnknownSalesperson(Invalid):
    """Nobody of that id works here now."""

    code = "unknown_reference"
    detail = "There is no such user."


def check_draft(status: str) -> None:
    """Raises InvoiceNotDraft."""
    if status != Status.DRAFT:
        raise InvoiceNotDraft()


def issued(status: str, total_minor: int) -> Status:
    """The status after it was issued: where nothing is to be paid, all is paid.

    Raises InvoiceNotDraft.
    """
    check_draft(status)
    return Status.ISSUED if total_minor else Status.PAID


def check_dates(issue_date: date, due_date: date | None) -> None:
    """Raises DueBeforeIssue."""
    if due_date is not None and due_date < issue_date:
        raise DueBeforeIssue(field="due_date")


def check_holds(valid_from: date | None, valid_to: date | None, on: date, field: str) -> None:
    """Whether a tax holds on the day of a supply; raises TaxNotValid."""
    if not (valid_from or date.min) <= on < (valid_to or date.max):
        raise TaxNotValid(field=field, day=on.isoformat())
