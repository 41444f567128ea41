"""Credit that came with a membership rests as long as that does."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit.rules.rests import Rest
from memberships.credit_grants.use_cases import Grant, rest
from memberships.memberships.repository.rows import FreezeRepository, PeriodRepository
from memberships.memberships.rules import coverage
from memberships.memberships.rules import periods as rules
from memberships.memberships.rules.resting import rests_of
from memberships.memberships.tables import Membership
from memberships.memberships.use_cases.facts import rest_of
from refs.home import today

SOURCE: Final = "membership"


async def rest_credit(work: UnitOfWork, some: Iterable[Membership]) -> None:
    """Have what credit some memberships gave rest on the days of their freezes and suspensions, as
    they are then; to be called once in a work, after all else is locked.
    """
    memberships = {one.id: one for one in some}
    periods = await PeriodRepository(work).of(*memberships)
    charged = [one for one in periods if one.charges and one.granted_at is not None]
    if not charged:
        return
    rests, day = await rests_of_each(work, memberships.values()), await today(work)
    await rest(work, [
        Grant(
            cause=rules.charge_cause(one.membership_id, one.number, one.charges or 1),
            client_id=one.client_id, terms=one.terms, starts_on=one.starts_on or day,
            source=SOURCE, rests=rests[one.membership_id],
        )
        for one in charged
    ])  # fmt: skip


async def rests_of_each(
    work: UnitOfWork, memberships: Iterable[Membership]
) -> dict[UUID, list[Rest]]:
    """By their ids, the days on which credit of some memberships rests."""
    by_id = {one.id: one for one in memberships}
    rests: dict[UUID, list[coverage.Rest]] = {one: [] for one in by_id}
    for one in await FreezeRepository(work).of(*by_id):
        rests[one.membership_id].append(rest_of(one))
    return {key: rests_of(found, by_id[key].cancelled_on) for key, found in rests.items()}
