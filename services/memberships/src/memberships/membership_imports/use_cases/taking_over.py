"""Memberships of the system before: what is paid of them is granted without an invoice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.errors import Failure
from chassis.ids import new_id
from chassis.work import UnitOfWork
from memberships.calendar.rules import Span
from memberships.defaults.use_cases import settings_of
from memberships.imports.repository import take_turn
from memberships.membership_imports import events, repository, rules
from memberships.membership_imports.tables import Membership, Package
from memberships.memberships.repository.rows import MembershipRepository, PeriodRepository
from memberships.memberships.rules import status
from memberships.memberships.rules.coverage import Covered, Paid, coverage
from memberships.memberships.rules.status import MembershipExternalIdTaken
from memberships.packages.rules import terms
from refs.home import today

Json = dict[str, Any]
# Nothing is wanted of billing, as with what costs nothing.
_STATE: Final = "invoiced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Former:
    """A membership of before; `renewal_date` is the first day that is not paid."""

    client_id: UUID
    package: Package
    start_date: date
    renewal_date: date
    auto_renew: bool
    external_id: str | None
    note: str | None


async def take_over(work: UnitOfWork, former: Sequence[Former]) -> list[Membership | Failure]:
    """Memberships with what is paid of them; what each became, in their order."""
    if not former:
        return []
    await take_turn(work, "membership_imports")
    refused = await _refused(work, former)
    tolerance, day = (await settings_of(work)).tolerance_days, await today(work)
    written = {
        place: _written(work, one, tolerance, day)
        for place, one in enumerate(former) if place not in refused
    }  # fmt: skip
    found = MembershipRepository(work)
    made = {
        one.id: one
        for one in await found.add_each_unless_taken([row for row, _ in written.values()])
    }
    await PeriodRepository(work).add_each_unless_taken(
        [period for _, period in written.values() if period["membership_id"] in made]
    )
    for one in made.values():
        work.publish(events.membership_taken_over(one))
    # Somebody else took the external id meanwhile.
    late: Failure = MembershipExternalIdTaken(field="external_id")
    return [
        refused[place] if place in refused else made.get(written[place][0]["id"], late)
        for place in range(len(former))
    ]


async def _refused(work: UnitOfWork, former: Sequence[Former]) -> dict[int, Failure]:
    """Those that are there already, be it by an earlier one of them."""
    standing = await repository.standing(work, {one.client_id for one in former})
    ids = {one.external_id for one in former if one.external_id is not None}
    taken = await repository.taken(work, ids)
    refused: dict[int, Failure] = {}
    for place, one in enumerate(former):
        key = one.client_id, one.package.id, one.start_date
        if one.external_id in taken:
            refused[place] = MembershipExternalIdTaken(field="external_id")
        elif key in standing:
            refused[place] = rules.MembershipThere(field="start_date")
        else:
            standing.add(key)
            taken |= {one.external_id} if one.external_id is not None else set()
    return refused


def _written(work: UnitOfWork, one: Former, tolerance: int, day: date) -> tuple[Json, Json]:
    """The columns of a membership and of its period, with all that follows from them."""
    sold = terms(one.package)
    span = rules.span_until(one.start_date, one.renewal_date, Span.of(sold["period"]))
    paid = coverage(one.start_date, [Paid(1, one.start_date, tolerance, span)], [])
    facts = status.Facts(cancelled_on=None, rests=[], coverage=paid, tolerance_days=tolerance)
    membership = {
        "id": new_id(), "client_id": one.client_id, "package_id": one.package.id, "terms": sold,
        "start_date": one.start_date, "auto_renew": one.auto_renew, "note": one.note,
        "external_id": one.external_id, "cancels_at_end": False,
        "covered_from": paid.covered_from, "renewal_date": paid.renewal_date,
        # Nobody is welcomed who has been there for years.
        "started_on": min((one for one in [paid.covered_from] if one and one <= day), default=None),
        "told_status": status.status(day, facts), "look_on": status.look_on(day, facts),
        "created_by": work.caller.principal,
    }  # fmt: skip
    period = sold | {"period": {"unit": span.unit, "count": span.count}}
    return membership, _period(work, membership, period, paid.periods[0], tolerance)


def _period(
    work: UnitOfWork, membership: Json, sold: Json, covered: Covered, tolerance: int
) -> Json:  # fmt: skip
    return {
        "membership_id": membership["id"], "client_id": membership["client_id"], "number": 1,
        "terms": sold, "asked_on": membership["start_date"], "tolerance_days": tolerance,
        "state": _STATE, "paid_at": work.now, "granted_at": work.now,
        "starts_on": covered.starts_on, "ends_on": covered.ends_on,
    }  # fmt: skip
