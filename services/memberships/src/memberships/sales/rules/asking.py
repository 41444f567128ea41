"""Periods that are asked for: which may be, and what billing knows them by."""

from enum import StrEnum
from typing import Any, Final, Protocol

from chassis.errors import Conflict
from memberships.memberships.rules import periods


class Asked(StrEnum):
    """What became of a period towards billing; `withdrawn`: nobody expects its payment any more."""

    PENDING = "pending"
    INVOICED = "invoiced"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


cause = periods.cause
charge_cause = periods.charge_cause
# Only these are still to be paid.
OPEN: Final = frozenset({Asked.PENDING.value, Asked.INVOICED.value})


class RenewalOpen(Conflict):
    """One is asked for at a time; what is paid stacks."""

    code = "renewal_open"
    detail = "A period of this membership is asked for and not paid yet."


class MembershipSuspended(Conflict):
    """Nobody knows yet when it goes on."""

    code = "membership_suspended"
    detail = "This membership is suspended. Resume it first."


class AskedPeriod(Protocol):
    """As far as it matters here."""

    @property
    def number(self) -> int: ...
    @property
    def state(self) -> str: ...
    @property
    def paid_at(self) -> Any: ...
    @property
    def granted_at(self) -> Any: ...


def check_askable(last: AskedPeriod | None) -> None:
    """Whether another period may be asked for after the last one; raises RenewalOpen."""
    is_due = last is not None and last.granted_at is None and last.paid_at is None
    if last is not None and is_due and last.state in OPEN:
        raise RenewalOpen()


def is_refused(last: AskedPeriod | None) -> bool:
    """Whether the last one is to be asked for once more: billing kept nothing of it."""
    return last is not None and last.granted_at is None and last.state == Asked.REFUSED
