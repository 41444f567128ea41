"""What a membership is on a day: never kept, always worked out of its facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from chassis.errors import Conflict, NotFound
from memberships.memberships.rules.coverage import Coverage, Rest

Status = Literal[
    "upcoming", "pending_payment", "active", "grace", "expired", "frozen", "suspended", "cancelled"
]
_DAY: Final = timedelta(days=1)


class MembershipNotFound(NotFound):
    """No such membership, or one of a client that the caller does not see."""

    code = "membership_not_found"
    detail = "There is no such membership."


class MembershipExternalIdTaken(Conflict):
    """What a partner's system calls it names one membership."""

    code = "external_id_taken"
    detail = "Another membership has this external id."


class MembershipOver(Conflict):
    """What was cancelled stays so."""

    code = "membership_over"
    detail = "This membership is cancelled. Begin another one instead."


class CancellationNotPlanned(Conflict):
    """Only an end that is still to come is taken back."""

    code = "cancellation_not_planned"
    detail = "This membership is not about to end."


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a status follows from."""

    cancelled_on: date | None
    rests: Sequence[Rest]
    coverage: Coverage
    tolerance_days: int


def status(day: date, facts: Facts) -> Status:
    """What it is on a day. Cancelled hides all else, then suspended, then frozen.

    `grace` lasts so many `tolerance_days` from the renewal date on, which is the first of them.
    """
    if facts.cancelled_on is not None and facts.cancelled_on <= day:
        return "cancelled"
    resting = {one.kind for one in facts.rests if one.holds_on(day)}
    if resting:
        return "suspended" if "suspension" in resting else "frozen"
    known = [one for one in facts.coverage.periods if one.starts_on is not None]
    if not known:
        return "pending_payment"
    begun = [one for one in known if one.starts_on is not None and one.starts_on <= day]
    if not begun:
        return "upcoming"
    last = begun[-1]
    if last.ends_on is None or day < last.ends_on:
        return "active"
    within = last.lapses_on is not None and day < last.lapses_on + timedelta(facts.tolerance_days)
    return "grace" if within else "expired"


def look_on(day: date, facts: Facts) -> date | None:
    """The next day on which time alone may change the status; none: never.

    In grace every day is looked at: how long that lasts, the company may change meanwhile.
    """
    if status(day, facts) == "grace":
        return day + _DAY
    days = {facts.cancelled_on}
    for one in facts.rests:
        days |= {one.from_day, one.to_day and one.to_day + _DAY}
    for period in facts.coverage.periods:
        days |= {period.starts_on, period.ends_on, period.lapses_on}
    return min((one for one in days if one is not None and one > day), default=None)


def check_open(cancelled_on: date | None, day: date) -> None:
    """Raises MembershipOver."""
    if cancelled_on is not None and cancelled_on <= day:
        raise MembershipOver()


def has_days_left(coverage: Coverage, day: date) -> bool:
    """Whether paid days are left, or may be once an open suspension ends."""
    return bool(coverage.periods) and (coverage.renewal_date is None or coverage.renewal_date > day)
