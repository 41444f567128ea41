"""A membership is cancelled, now or with what is paid, and that is taken back before it comes."""

from uuid import UUID

from chassis.work import UnitOfWork
from memberships.memberships import events
from memberships.memberships.repository.rows import FreezeRepository, MembershipRepository
from memberships.memberships.rules import status as rules
from memberships.memberships.tables import Membership
from memberships.memberships.use_cases.facts import Telling, known_of, recompute
from memberships.memberships.use_cases.resting import rest_credit
from memberships.memberships.use_cases.withdrawing import withdraw_open
from refs.home import today


async def cancel_membership(
    work: UnitOfWork, membership_id: UUID, *, at_period_end: bool, reason: str | None
) -> Membership:
    """End it today, or with what is paid; what has no paid days left ends today."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    day = await today(work)
    rules.check_open(membership.cancelled_on, day)
    coverage = (await known_of(work, membership)).facts.coverage
    waits = at_period_end and rules.has_days_left(coverage, day)
    changes = {
        "cancels_at_end": waits, "cancelled_on": coverage.renewal_date if waits else day,
        "cancel_reason": reason,
    }  # fmt: skip
    if all(getattr(membership, name) == value for name, value in changes.items()):
        return membership
    ended = await recompute(work, membership, telling=Telling(verb="cancelled"), **changes)
    await withdraw_open(work, [ended], day)
    await rest_credit(work, [ended])
    return ended


async def reinstate_membership(work: UnitOfWork, membership_id: UUID) -> Membership:
    """Take back an end that is still to come."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    rules.check_open(membership.cancelled_on, await today(work))
    if not membership.cancels_at_end and membership.cancelled_on is None:
        raise rules.CancellationNotPlanned()
    return await recompute(
        work, membership, telling=Telling(verb="reinstated"), cancels_at_end=False,
        cancelled_on=None, cancel_reason=None,
    )  # fmt: skip


async def forget_memberships(work: UnitOfWork, client_id: UUID) -> None:
    """Of an erased client nothing is renewed any more, and nothing that somebody wrote is kept:
    what they had a right to, and when, stays, as invoices are of it.
    """
    memberships = MembershipRepository(work)
    # First, as whoever changes a freeze has locked its membership.
    known, day = await memberships.forget(client_id), await today(work)
    await FreezeRepository(work).forget(client_id)
    ended = await memberships.end([one.id for one in known], day)
    for one in ended:
        work.publish(events.membership_changed("cancelled", one))
    await withdraw_open(work, ended, day)
    await rest_credit(work, ended)
