"""Work time: what was worked, by whom, and what it comes to."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from uuid import UUID

from chassis.errors import Conflict, Forbidden, Invalid, NotFound
from chassis.money import Money

# What somebody's clock may be ahead.
AHEAD: Final = timedelta(minutes=5)
# Of an hour; billing takes finer ones, and nobody pays for less than a second.
HOUR_DIGITS: Final = 4
_HOUR: Final = Decimal(3600)


class TimeEntryNotFound(NotFound):
    """No such entry, or one that the caller does not see."""

    code = "time_entry_not_found"
    detail = "There is no such time entry."


class UnknownWorker(Invalid):
    """Nobody who works here, or an integration that does not say who worked."""

    code = "unknown_reference"
    detail = "There is no such active user."


class TimeOfSomebodyElse(Forbidden):
    """Only who worked and who manages says how long."""

    code = "time_of_somebody_else"
    detail = "Only who worked and managers may write this time down."


class TimerRunning(Conflict):
    """Nobody knows yet when it ends."""

    code = "timer_running"
    detail = "This timer is running. Stop it first."


class EndsBeforeStart(Invalid):
    """Time goes by in one direction."""

    code = "ends_before_start"
    detail = "The work ends after it starts."


class InTheFuture(Invalid):
    """Nobody has worked then."""

    code = "in_the_future"
    detail = "This has not been worked yet."


class EndNeeded(Invalid):
    """Neither an end nor a length, or both."""

    code = "end_or_duration"
    detail = "Say either when the work ended or how many minutes it took."


class NotARate(Invalid):
    """More digits than the currency has."""

    code = "not_an_amount"
    detail = "A rate is an amount of {currency} for an hour."


class TimeInvoiced(Conflict):
    """What is on an invoice stays as it is there."""

    code = "time_invoiced"
    detail = "This time is on an invoice."


def ending(
    started_at: datetime, ended_at: datetime | None, minutes: int | None, now: datetime
) -> datetime:
    """When work ended that is written down afterwards.

    Raises EndNeeded, EndsBeforeStart and InTheFuture.
    """
    if (ended_at is None) == (minutes is None):
        raise EndNeeded(field="ended_at")
    if ended_at is None:
        ended_at = started_at + timedelta(minutes=minutes or 0)
    check_span(started_at, ended_at, now)
    return ended_at


def check_span(started_at: datetime, ended_at: datetime | None, now: datetime) -> None:
    """Raises EndsBeforeStart and InTheFuture."""
    if ended_at is not None and ended_at <= started_at:
        raise EndsBeforeStart(field="ended_at")
    if (ended_at or started_at) > now + AHEAD:
        raise InTheFuture(field="started_at" if ended_at is None else "ended_at")


def check_worker(user_id: UUID, my_id: UUID | None, *, is_manager: bool) -> None:
    """Raises TimeOfSomebodyElse."""
    if user_id != my_id and not is_manager:
        raise TimeOfSomebodyElse()


def rate_minor(rate: str | None, currency: str) -> int | None:
    """What an hour costs, in minor units; raises NotARate."""
    if rate is None:
        return None
    try:
        return Money.parse(rate, currency).amount_minor
    except ValueError:
        raise NotARate(field="rate", currency=currency) from None


def hours(started_at: datetime, ended_at: datetime) -> Decimal:
    """How long something took, as it stands on an invoice."""
    seconds = Decimal(int((ended_at - started_at).total_seconds()))
    return (seconds / _HOUR).quantize(Decimal(1).scaleb(-HOUR_DIGITS), ROUND_HALF_UP)
