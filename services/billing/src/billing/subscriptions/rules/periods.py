"""Subscriptions: which periods there are, what each costs, and what becomes of them."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import count
from typing import Final, Literal

from chassis.errors import Conflict, Invalid, NotFound

Unit = Literal["day", "week", "month", "year"]
Shown = Literal["active", "paused", "cancelled", "ended"]
FirstPeriod = Literal["prorated", "full", "free"]

_DAYS: Final = {"day": 1, "week": 7}
_MONTHS: Final = {"month": 1, "year": 12}
LAST_DAY: Final = date(2199, 12, 31)
"""Beyond it nothing begins: calendars of this kind end."""


class SubscriptionNotFound(NotFound):
    """No such subscription, or one of a client that the caller does not see."""

    code = "subscription_not_found"
    detail = "There is no such subscription."


class SubscriptionExternalIdTaken(Conflict):
    """What a partner's system calls it names one subscription."""

    code = "external_id_taken"
    detail = "Another subscription has this external id."


class SubscriptionOver(Conflict):
    """What was cancelled stays so, and what came to its end."""

    code = "subscription_over"
    detail = "This subscription is over. Begin another one instead."


class SubscriptionNotPaused(Conflict):
    """Only what rests goes on."""

    code = "subscription_not_paused"
    detail = "This subscription is neither paused nor about to end."


class SubscriptionNotActive(Conflict):
    """What rests, or is about to end, is not paused."""

    code = "subscription_not_active"
    detail = "This subscription is not active."


class ProratedLater(Invalid):
    """At the end of a period none of its days is left."""

    code = "prorated_later"
    detail = "Only what is cancelled now is prorated."


class PeriodNotIssued(Conflict):
    """What nobody has yet is changed where it is."""

    code = "period_not_issued"
    detail = "An invoice of the current period is a draft. Issue or change it first."


class ChangeMixed(Conflict):
    """An adjustment is an invoice or a credit note."""

    code = "change_mixed"
    detail = (
        "Some of what is taxed alike rises and some falls. Change it from the next period on, or in"
        " two steps."
    )


class SubscriptionBegun(Conflict):
    """Its periods are what invoices were made for."""

    code = "subscription_begun"
    detail = "A period was billed already: its rhythm stays. Begin another subscription instead."


class EndsBeforeStart(Invalid):
    """A subscription has a first period."""

    code = "ends_before_start"
    detail = "A subscription does not end before it starts."


class AnchorWithoutMonths(Invalid):
    """Only months and years have days to hold on to."""

    code = "anchor_without_months"
    detail = "Only subscriptions by month or year have an anchor day."


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many units from a day on; periods of months begin at `anchor_day`, 31 being the
    last day of each month.
    """

    unit: Unit
    count: int
    starts_on: date
    anchor_day: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """From its first day until the day before `ends`; `share` is its part of a whole one."""

    place: int
    begins: date
    ends: date
    share: Fraction = Fraction(1)

    @property
    def last_day(self) -> date:
        return self.ends - timedelta(days=1)


def check_rhythm(unit: str, anchor_day: int | None) -> None:
    """Raises AnchorWithoutMonths."""
    if anchor_day is not None and unit not in _MONTHS:
        raise AnchorWithoutMonths(field="anchor_day")


def check_end(starts_on: date, ends_on: date | None) -> None:
    """Raises EndsBeforeStart."""
    if ends_on is not None and ends_on < starts_on:
        raise EndsBeforeStart(field="ends_on")


def period(rhythm: Rhythm, place: int) -> Period:
    """The period at a place, the first being 0: shorter where it starts off its anchor day."""
    first, step = _anchored(rhythm), rhythm.count
    if first == rhythm.starts_on:
        return Period(
            place, _at(rhythm, first, place * step), _at(rhythm, first, (place + 1) * step)
        )
    if place:
        return Period(
            place, _at(rhythm, first, (place - 1) * step), _at(rhythm, first, place * step)
        )
    whole = first - _at(rhythm, first, -step)
    return Period(0, rhythm.starts_on, first, Fraction((first - rhythm.starts_on).days, whole.days))


def periods(
    rhythm: Rhythm, place: int, *, ends_on: date | None, left: int | None
) -> Iterator[Period]:
    """Those that are billed from a place on: none begins after `ends_on`, and so many are left."""
    last = min(ends_on or LAST_DAY, LAST_DAY)
    for at in count(place):
        one = period(rhythm, at)
        if one.begins > last or (left is not None and at - place >= left):
            return
        yield one


def check_open(cancelled_on: date | None, today: date) -> None:
    """Raises SubscriptionOver."""
    if cancelled_on is not None and cancelled_on <= today:
        raise SubscriptionOver()


def place_from(rhythm: Rhythm, place: int, day: date) -> int:
    """The first place from this one on whose period begins on the day or after it."""
    while period(rhythm, place).begins < day:
        place += 1
    return place


def _anchored(rhythm: Rhythm) -> date:
    """The first day from the start on that periods are counted from."""
    anchor = rhythm.anchor_day
    if anchor is None or rhythm.unit not in _MONTHS:
        return rhythm.starts_on
    here = _in_month(rhythm.starts_on, 0, anchor)
    return here if here >= rhythm.starts_on else _in_month(rhythm.starts_on, 1, anchor)


def _at(rhythm: Rhythm, first: date, steps: int) -> date:
    if rhythm.unit in _DAYS:
        return first + timedelta(days=_DAYS[rhythm.unit] * steps)
    return _in_month(first, _MONTHS[rhythm.unit] * steps, rhythm.anchor_day or rhythm.starts_on.day)


def _in_month(day: date, months: int, wanted: int) -> date:
    """A day of another month, or its last: 31 January + 1 month = 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))
