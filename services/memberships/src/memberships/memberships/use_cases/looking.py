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
from memberships.memberships.use_cases.facts import Known, facts_of, started_on
from memberships.memberships.use_cases.withdrawing import withdraw_open
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
    looked = await memberships.write_looked([_looked(one, known[one.id], day) for one in some])
    before = {one.id: one for one in some}
    for one in looked:
        was = before[one.id]
        for verb in told(was.told_status, one.told_status, None, is_first=was.started_on is None):
            work.publish(events.membership_changed(verb, one))
    await withdraw_open(work, looked, day)
    return bool(some)


def _looked(membership: Membership, known: Known, day: date) -> dict[str, Any]:
    status = rules.status(day, known.facts)
    return {
        "id": membership.id, "told_status": status, "look_on": rules.look_on(day, known.facts),
        "started_on": started_on(membership, status, day),
    }  # fmt: skip


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


def _by_membership(rows: Iterable[BelongsT]) -> dict[UUID, list[BelongsT]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for one in rows:
        found[one.membership_id].append(one)
    return found
