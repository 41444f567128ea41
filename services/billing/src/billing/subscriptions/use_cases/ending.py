"""A subscription is cancelled, now or later, with what is given back then."""

from datetime import date
from uuid import UUID

from billing.subscriptions import events
from billing.subscriptions.repository import SubscriptionRepository
from billing.subscriptions.rules import periods as rules
from billing.subscriptions.tables import Subscription
from billing.subscriptions.use_cases.prorating import Given, give_back, unused
from billing.subscriptions.use_cases.terms import check_issues, rhythm
from chassis.work import UnitOfWork
from refs.home import today


async def cancel_subscription(
    work: UnitOfWork, subscription_id: UUID, *, at_period_end: bool, prorate: bool = False
) -> Subscription:
    """End it now, or with the period that was billed last; `prorate`: give back the days that
    were billed and are not used.
    """
    found = SubscriptionRepository(work)
    known = await found.get_for_update(subscription_id)
    day = await today(work)
    over = _over(known, day, at_period_end=at_period_end)
    if prorate:
        _check_prorated(work, at_period_end=at_period_end)
        await give_back(work, known, await unused(work, known, day, lock=True))
    cancelled = await found.update(known, cancelled_on=over, next_on=None, is_paused=False)
    if cancelled is not known:
        work.publish(events.subscription_changed("cancelled", cancelled))
    return cancelled


async def preview_cancel(
    work: UnitOfWork, subscription_id: UUID, *, at_period_end: bool, prorate: bool
) -> tuple[date, list[Given]]:
    """The first day it would not be for any more, and what would be given back."""
    # As who may do it.
    known = await SubscriptionRepository(work).get_for_update(subscription_id)
    day = await today(work)
    over = _over(known, day, at_period_end=at_period_end)
    if not prorate:
        return over, []
    _check_prorated(work, at_period_end=at_period_end)
    return over, await unused(work, known, day)


def _over(known: Subscription, day: date, *, at_period_end: bool) -> date:
    rules.check_open(known.cancelled_on, day)
    if at_period_end and known.billed:
        return max(day, rules.period(rhythm(known), known.next_place).begins)
    return day


def _check_prorated(work: UnitOfWork, *, at_period_end: bool) -> None:
    """What gives money back is decided by who may; raises ProratedLater and MissingPermission."""
    if at_period_end:
        raise rules.ProratedLater(field="prorate")
    check_issues(work, is_issued=True)
