"""Memberships renew by themselves, each period once, many at a time."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from memberships.defaults.use_cases import settings_of
from memberships.memberships.repository.rows import PeriodRepository
from memberships.sales import events, repository
from memberships.sales.use_cases.asking import period_of
from memberships.sales.use_cases.granting import ask_or_grant
from memberships.sales.use_cases.selling import ask_again
from refs.home import today

_DAY: Final = timedelta(days=1)
# What billing refused is asked for again a day later: somebody may have mended what was wrong.
_PATIENCE: Final = timedelta(hours=20)


async def tenants_with_due(context: Context) -> list[UUID]:
    """Companies that may have memberships to renew; where the day begins first it is tomorrow."""
    day = context.database.clock().date() + _DAY
    rows = await context.system.look_up("tenants_with_due_renewals", day)
    return [row["tenant_id"] for row in rows]


async def tenants_with_refused(context: Context) -> list[UUID]:
    """Companies in which billing refused a renewal a day ago."""
    before = context.database.clock() - _PATIENCE
    rows = await context.system.look_up("tenants_with_refused_renewals", before)
    return [row["tenant_id"] for row in rows]


async def renew_due(work: UnitOfWork, after: UUID) -> UUID | None:
    """Ask for the next period of some that are due; after which one to go on.

    They stay locked until their periods are written: whoever else renews them finds those.
    """
    settings, day = await settings_of(work), await today(work)
    until = day + timedelta(days=settings.renew_days_before)
    due = await repository.due(work, day, until, after)
    known = {one.id: one for one, _ in due}
    wanted = [period_of(one, number + 1, day, settings.tolerance_days) for one, number in due]
    made = await PeriodRepository(work).add_each_unless_taken(wanted)
    pairs = [(known[one.membership_id], one) for one in made]
    for one, _ in pairs:
        work.publish(events.membership_renewed(one))
    await ask_or_grant(work, pairs, day)
    return due[-1][0].id if due else None


async def retry_refused(work: UnitOfWork, after: UUID) -> UUID | None:
    """Ask again for some that billing refused a day ago; after which one to go on."""
    day = await today(work)
    some = await repository.refused(work, day, work.now - _PATIENCE, after)
    if not some:
        return None
    periods = await repository.periods(work, [period_id for _, period_id in some])
    await ask_again(work, [(one, periods[period_id]) for one, period_id in some], day)
    return some[-1][0].id
