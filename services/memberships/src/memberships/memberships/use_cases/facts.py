"""What follows from the facts of a membership, kept right in the transaction of every change."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from chassis.work import UnitOfWork
from memberships.calendar.rules import Span
from memberships.defaults.use_cases import settings_of
from memberships.memberships import events
from memberships.memberships.repository.rows import (
    FreezeRepository,
    MembershipRepository,
    PeriodRepository,
)
from memberships.memberships.rules import status as rules
from memberships.memberships.rules.coverage import Paid, Rest, coverage
from memberships.memberships.rules.telling import Verb, told
from memberships.memberships.tables import Membership, MembershipFreeze, MembershipPeriod
from refs.home import today

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A membership's rows, and what its status follows from."""

    periods: Sequence[MembershipPeriod]
    freezes: Sequence[MembershipFreeze]
    facts: rules.Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """How a change is told: by its verb, with what it changed, and the freeze or the period that it
    is about.
    """

    verb: Verb
    changed: Sequence[str] = ()
    freeze: MembershipFreeze | None = None
    period: MembershipPeriod | None = None


async def recompute(
    work: UnitOfWork, membership: Membership, *, telling: Telling | None = None, **changes: Any
) -> Membership:
    """Write `changes` of a membership, and all that follows from its facts as they are then: the
    days of its periods (`starts_on`, `ends_on`), `covered_from`, `renewal_date`, and the end of
    one that ends with what is paid. Tells what happened, and what became of it.

    To be called under the lock of the membership (`MembershipRepository.get_for_update` or
    `locked`), in the work that wrote the facts, after they are written: a period granted or taken
    back (`granted_at`), a freeze added, moved or removed. Whoever has more to change of the
    membership's row gives it here, so that it gets one new version; `telling` is the event of the
    change itself. The membership comes back as it is then.
    """
    day = await today(work)
    wanted = replace(membership, **changes)
    known = await known_of(work, wanted)
    await _write_days(work, known)
    end = _end(membership.cancelled_on, known, day) if wanted.cancels_at_end else None
    if end is not None:
        changes |= {"cancels_at_end": False, "cancelled_on": end}
        known = replace(known, facts=replace(known.facts, cancelled_on=end))
    status = rules.status(day, known.facts)
    followed = _followed(known) | {
        "told_status": status, "started_on": started_on(membership, status, day),
        "look_on": rules.look_on(day, known.facts),
    }  # fmt: skip
    written = await MembershipRepository(work).update(membership, **changes | followed)
    if telling is not None and telling.period is not None:
        telling = replace(telling, period=dated(known, telling.period))
    _tell(work, membership, written, telling)
    return written


async def known_of(work: UnitOfWork, membership: Membership) -> Known:
    """What is known of a membership, and what its status follows from."""
    periods = await PeriodRepository(work).of(membership.id)
    freezes = await FreezeRepository(work).of(membership.id)
    facts = facts_of(membership, periods, freezes, (await settings_of(work)).tolerance_days)
    return Known(periods, freezes, facts)


def facts_of(
    membership: Membership, periods: Sequence[MembershipPeriod],
    freezes: Sequence[MembershipFreeze], tolerance_days: int,
) -> rules.Facts:  # fmt: skip
    """What a status follows from, of rows that are at hand."""
    rests = [rest_of(one) for one in freezes]
    covered = coverage(membership.start_date, paid_of(periods), rests)
    return rules.Facts(
        cancelled_on=covered.renewal_date if membership.cancels_at_end else membership.cancelled_on,
        rests=rests, coverage=covered, tolerance_days=tolerance_days,
    )  # fmt: skip


def paid_of(periods: Sequence[MembershipPeriod]) -> list[Paid]:
    """Those that are granted, as the rules take them."""
    return [
        Paid(one.number, one.asked_on, one.tolerance_days, Span.of(one.terms["period"]),
             one.changes_on)
        for one in periods if one.granted_at is not None
    ]  # fmt: skip


def rest_of(freeze: MembershipFreeze) -> Rest:
    """A freeze or a suspension, as the rules take it."""
    return Rest(freeze.kind, freeze.from_day, freeze.to_day, freeze.extends)


def days_of(known: Known) -> Mapping[int, tuple[date | None, date | None]]:
    """By its number, when each granted period begins and ends."""
    return {one.number: (one.starts_on, one.ends_on) for one in known.facts.coverage.periods}


def dated(known: Known, period: MembershipPeriod) -> MembershipPeriod:
    """A period with its days as they are now."""
    starts_on, ends_on = days_of(known).get(period.number, (None, None))
    return replace(period, starts_on=starts_on, ends_on=ends_on)


async def _write_days(work: UnitOfWork, known: Known) -> None:
    days = days_of(known)
    wanted = [(one, *days.get(one.number, (None, None))) for one in known.periods]
    await PeriodRepository(work).write_days([
        {"id": one.id, "starts_on": starts_on, "ends_on": ends_on}
        for one, starts_on, ends_on in wanted
        if (one.starts_on, one.ends_on) != (starts_on, ends_on)
    ])  # fmt: skip


def _followed(known: Known) -> Json:
    facts = known.facts
    return {
        "covered_from": facts.coverage.covered_from, "renewal_date": facts.coverage.renewal_date,
        "cancelled_on": facts.cancelled_on,
    }  # fmt: skip


def started_on(membership: Membership, status: str, day: date) -> date | None:
    """When it began, as it is told: the first day it was found to be active."""
    is_new = status == "active" and membership.started_on is None
    return day if is_new else membership.started_on


def _end(reached: date | None, known: Known, day: date) -> date | None:
    """Where one that ends with what is paid has ended, whatever is paid or taken back from then on:
    on its day once that has come, today where no paid day is left.
    """
    planned = known.facts.cancelled_on
    if reached is not None and reached <= day:
        return reached if planned != reached else None
    is_open = any(one.to_day is None for one in known.facts.rests)
    is_gone = planned is None and not is_open
    return day if is_gone or (planned is not None and planned < day) else None


def _tell(
    work: UnitOfWork, before: Membership, after: Membership, telling: Telling | None
) -> None:  # fmt: skip
    if telling is not None:
        work.publish(events.membership_changed(
            telling.verb, after, changed=telling.changed,
            about=telling.freeze or telling.period,
        ))  # fmt: skip
    verb = telling.verb if telling else None
    is_first = before.started_on is None
    for one in told(before.told_status, after.told_status, verb, is_first=is_first):
        work.publish(events.membership_changed(one, after))
    if before.renewal_date != after.renewal_date:
        work.publish(events.membership_changed(
            "renewal_date_changed", after, renewal_date_before=before.renewal_date
        ))  # fmt: skip
