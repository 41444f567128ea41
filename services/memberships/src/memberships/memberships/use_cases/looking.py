"""What becomes of memberships by time alone, told once each."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from memberships.defaults.use_cases import settings_of
from memberships.memberships import events
from memberships.memberships.repository.rows import (
    FreezeRepository,
    MembershipRepository,
    PeriodRepository,
)
from memberships.memberships.rules import status as rules
from memberships.memberships.rules.telling import told
from memberships.memberships.tables import Membership, MembershipFreeze, MembershipPeriod
from memberships.memberships.use_cases.facts import Known, facts_of
from refs.home import today

_MOST: Final = 500
BelongsT = TypeVar("BelongsT", MembershipPeriod, MembershipFreeze)


async def tenants_to_look_at(context: Context) -> list[UUID]:
    """Companies in which time may have changed something; where the day begins first it is
    tomorrow.
    """
    tomorrow = context.database.clock().date() + timedelta(days=1)
    rows = await context.system.look_up("tenants_with_memberships_to_look_at", tomorrow)
    return [row["tenant_id"] for row in rows]


async def look(work: UnitOfWork) -> bool:
    """Tell what some memberships have become, on the day of their company; whether there were
    any to look at.
    """
    memberships, day = MembershipRepository(work), await today(work)
    some = await memberships.to_look_at(day, _MOST)
    known = await known_of_each(work, some)
    looked = await memberships.write_looked([
        {"id": one.id, "told_status": rules.status(day, known[one.id].facts),
         "look_on": _look_on(day, known[one.id])}
        for one in some
    ])  # fmt: skip
    before = {one.id: one.told_status for one in some}
    for one in looked:
        for verb in told(before[one.id], one.told_status, None):
            work.publish(events.membership_changed(verb, one))
    return bool(some)


async def known_of_each(work: UnitOfWork, some: Iterable[Membership]) -> dict[UUID, Known]:
    """What is known of several memberships, by their ids."""
    memberships = list(some)
    ids = [one.id for one in memberships]
    if not ids:
        return {}
    periods = _by_membership(await PeriodRepository(work).of(*ids))
    freezes = _by_membership(await FreezeRepository(work).of(*ids))
    tolerance = (await settings_of(work)).tolerance_days
    return {one.id: _known(one, periods[one.id], freezes[one.id], tolerance) for one in memberships}


def _known(
    membership: Membership, periods: list[MembershipPeriod], freezes: list[MembershipFreeze],
    tolerance_days: int,
) -> Known:  # fmt: skip
    return Known(periods, freezes, facts_of(membership, periods, freezes, tolerance_days))


def _look_on(day: date, known: Known) -> str | None:
    found = rules.look_on(day, known.facts)
    return found.isoformat() if found else None


def _by_membership(rows: Iterable[BelongsT]) -> dict[UUID, list[BelongsT]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.membership_id].append(one)
    return found
