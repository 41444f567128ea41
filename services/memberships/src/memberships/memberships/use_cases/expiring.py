"""That a renewal date comes is told some days before, once for each."""

from datetime import timedelta
from typing import Final

from chassis.work import UnitOfWork
from memberships.defaults.use_cases import settings_of
from memberships.memberships import events
from memberships.memberships.repository.rows import MembershipRepository
from refs.home import today

_MOST: Final = 500


async def tell_expiring(work: UnitOfWork) -> bool:
    """Tell of some memberships that they are about to expire; whether there were any."""
    day, days = await today(work), (await settings_of(work)).expiring_days
    until = day + timedelta(days=days)
    told = await MembershipRepository(work).told_expiring(day, until, _MOST)
    for one in told:
        work.publish(events.membership_changed("expiring", one))
    return bool(told)
