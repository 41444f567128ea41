"""Memberships are sold and renewed."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis.context import Context
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from memberships.bills import rules as bills
from memberships.defaults.use_cases import settings_of
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.rules.status import check_open
from memberships.memberships.use_cases.facts import Telling, recompute
from memberships.packages.rules import terms
from memberships.packages.use_cases import package_to_sell
from memberships.sales import repository
from memberships.sales.rules import asking as rules
from memberships.sales.tables import Membership, MembershipPeriod
from memberships.sales.use_cases.asking import add_period, period_of, terms_of
from memberships.sales.use_cases.granting import ask_or_grant
from refs import about
from refs.home import today

Json = dict[str, Any]


async def sell_membership(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Membership:
    """Sell a client a membership; billing is asked for its first invoice by a job.

    Where nothing is to be paid, its first period is granted at once.
    """
    said = await about.ask_about(work, context, values["client_id"])
    found = MembershipRepository(work)
    if values["id"]:
        await found.check(values["id"])
    client = await about.client_to_write(work, values["client_id"], said)
    asked = values | {"client_id": client.id}
    known = await found.find(values["id"]) if values["id"] else None
    if known is not None:
        return _same(work, known, asked, digest)
    sold = terms(await package_to_sell(work, values["package_id"], "membership"))
    bills.check_discount(sold, values["discount"])
    asked["start_date"] = values["start_date"] or await today(work)
    made = await found.add(
        **asked, terms=sold, digest=digest, cancels_at_end=False, told_status="pending_payment",
        created_by=work.caller.principal,
    )  # fmt: skip
    made = await recompute(work, made, telling=Telling(verb="created"))
    return await _ask(work, made, 1, made.start_date)


async def renew_membership(work: UnitOfWork, membership_id: UUID) -> Membership:
    """Ask for the next period, early too; or once more for one that billing refused."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    day = await today(work)
    check_open(membership.cancelled_on, day)
    if membership.told_status == "suspended":
        raise rules.MembershipSuspended()
    last = await repository.last(work, membership.id)
    rules.check_askable(last)
    if last is not None and rules.is_refused(last):
        [membership] = await ask_again(work, [(membership, last)], day)
        return membership
    membership = await recompute(work, membership, telling=Telling(verb="renewed"))
    return await _ask(work, membership, last.number + 1 if last else 1, day)


async def ask_again(
    work: UnitOfWork, refused: Sequence[tuple[Membership, MembershipPeriod]], day: date
) -> list[Membership]:
    """Have billing asked once more for what it refused, of which it kept nothing: by the terms,
    and less the discount, of now.
    """
    again = await repository.to_ask_again(work, [
        {"id": period.id, **terms_of(membership)} for membership, period in refused
    ])  # fmt: skip
    return await ask_or_grant(work, [(one, again[period.id]) for one, period in refused], day)


async def _ask(
    work: UnitOfWork, membership: Membership, number: int, asked_on: date
) -> Membership:  # fmt: skip
    tolerance = (await settings_of(work)).tolerance_days
    period = await add_period(work, period_of(membership, number, asked_on, tolerance))
    [membership] = await ask_or_grant(work, [(membership, period)], await today(work))
    return membership


def _same(
    work: UnitOfWork, known: Membership, asked: Mapping[str, Any], digest: bytes
) -> Membership:  # fmt: skip
    """The one made before by the same id and request; raises IdTaken for another request."""
    # Of those that were made before requests were kept, what they said.
    said = {name: value for name, value in asked.items() if value is not None}
    is_same = all(getattr(known, name) == value for name, value in said.items())
    if known.digest != digest if known.digest is not None else not is_same:
        raise IdTaken(field="id")
    work.status = 200
    return known
