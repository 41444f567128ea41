"""What holds for every document: whom and what it names, and what its lines are taxed with."""

from datetime import date
from typing import Final, Protocol
from uuid import UUID

from chassis.errors import Invalid

NOBODY: Final = UUID(int=0)
"""Stands for `none` among the clients of a filter."""


class Document(Protocol):
    """What something is about, and whose that is: a row of any kind."""

    @property
    def id(self) -> UUID:
        """Its own."""

    @property
    def client_id(self) -> UUID | None:
        """None of a walk-in sale."""


class DueBeforeIssue(Invalid):
    """Nothing is due before it is asked for."""

    code = "due_before_issue"
    detail = "An invoice is not due before the day it is issued."


class UnknownProduct(Invalid):
    """A line names a product that is not there, or not sold any more."""

    code = "unknown_reference"
    detail = "There is no such product or service in use."


class UnknownFile(Invalid):
    """No such file, or one of a client that the caller does not see."""

    code = "unknown_reference"
    detail = "There is no such file."


class TaxNotValid(Invalid):
    """A tax holds for a time, and the supply is at another."""

    code = "tax_not_valid"
    detail = "This tax does not hold on {day}."


class UnknownSalesperson(Invalid):
    """Nobody of that id works here now."""

    code = "unknown_reference"
    detail = "There is no such user."


class PayerHidden(Invalid):
    """Who pays for a client is told nobody who does not see that one."""

    code = "payer_hidden"
    detail = "Another client pays for this one, whom you do not see."


class ClientNeeded(Invalid):
    """What is about a client is owed by somebody."""

    code = "client_needed"
    detail = "Say which client owes it."


def check_dates(issue_date: date, due_date: date | None) -> None:
    """Raises DueBeforeIssue."""
    if due_date is not None and due_date < issue_date:
        raise DueBeforeIssue(field="due_date")


def check_holds(valid_from: date | None, valid_to: date | None, on: date, field: str) -> None:
    """Whether a tax holds on the day of a supply; raises TaxNotValid."""
    if not (valid_from or date.min) <= on < (valid_to or date.max):
        raise TaxNotValid(field=field, day=on.isoformat())
