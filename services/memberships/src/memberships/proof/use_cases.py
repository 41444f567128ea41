"""Whether all that a company keeps about memberships and credit fits."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.bills import rules
from memberships.bills.repository import given_back_here, heard_of
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.use_cases import proving
from memberships.credit_grants.rules import Days
from memberships.loyalty.use_cases import proving as redeemed
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.rules.resting import rests_of
from memberships.memberships.use_cases.facts import Known, days_of, rest_of
from memberships.memberships.use_cases.looking import known_of_each
from memberships.package_orders.repository import PackageOrderRepository
from memberships.package_orders.rules import Status
from memberships.package_orders.rules import charge_cause as order_cause
from memberships.proof.repository import FIRST
from memberships.proof.rules import Fault, first_difference
from memberships.sales.rules.asking import cause, charge_cause
from memberships.sales.rules.standing import entitled, standing

_AT_ONCE: Final = 500


async def prove_company(work: UnitOfWork) -> Fault | None:
    """The first thing that does not fit: a membership, an order, a figure of credit, or a
    redemption.
    """
    for prove in (prove_memberships, prove_orders):
        if (fault := await prove(work)) is not None:
            return fault
    if (found := await proving.first_fault(work)) is None:
        found = await redeemed.first_fault(work)
    return Fault(**found) if found is not None else None


async def prove_memberships(work: UnitOfWork) -> Fault | None:
    """The first membership, by id, whose days are not what its facts give."""
    memberships, after = MembershipRepository(work), FIRST
    while some := await memberships.some(after, _AT_ONCE):
        for one, _ in await _faults(work, some):
            # It may have been changed between two looks at it: as it is while nobody else does.
            locked = await memberships.locked(one.id)
            if locked is not None and (found := await _faults(work, [locked])):
                return found[0][1]
        after = some[-1].id
    return None


async def prove_orders(work: UnitOfWork) -> Fault | None:
    """The first order, by id, that is not what billing told of its invoice, or gives other credit
    than it calls for.
    """
    orders, after = PackageOrderRepository(work), FIRST
    while some := await orders.some(after, _AT_ONCE):
        for one, _ in await _faults_of_orders(work, some):
            # As it is while nobody else changes it, too.
            locked = await orders.locked([one.id])
            if found := await _faults_of_orders(work, list(locked.values())):
                return found[0][1]
        after = some[-1].id
    return None


async def _faults_of_orders(work: UnitOfWork, some: Sequence[Any]) -> list[tuple[Any, Fault]]:
    heard = await heard_of(work, {one.invoice_id for one in some if one.invoice_id})
    lots = await ChargeRepository(work).caused({
        order_cause(one.id, one.charges) for one in some if one.charges
    })  # fmt: skip
    told = [
        (one, first_difference(f"package order {one.id}", _of_order(one, heard, lots)))
        for one in some
    ]
    return [(one, fault) for one, fault in told if fault is not None]


def _of_order(
    order: Any, heard: Mapping[UUID, Any], lots: Mapping[tuple[str | None, UUID], Any]
) -> Iterator[tuple[str, Any, Any]]:
    """What was cancelled stays so, whatever becomes of its invoice."""
    is_paid = order.status == Status.PAID
    if order.invoice_id in heard and order.status != Status.CANCELLED:
        yield "whether it is paid", is_paid, rules.is_paid(heard[order.invoice_id])
    for credit in order.terms["credits"] if order.charges else ():
        cause = order_cause(order.id, order.charges)
        lot = lots.get((cause, UUID(credit["credit_type_id"])))
        yield (
            "whether there is credit of it",
            lot is not None and lot.taken_back_at is None,
            is_paid,
        )


async def _faults(work: UnitOfWork, some: Sequence[Any]) -> list[tuple[Any, Fault]]:
    known = await known_of_each(work, some)
    periods = [period for one in known.values() for period in one.periods]
    heard = await heard_of(work, {one.invoice_id for one in periods if one.invoice_id})
    own = await given_back_here(work, heard, {
        cause(one.membership_id, one.number) for one in periods
    })  # fmt: skip
    lots = await ChargeRepository(work).caused({_cause(one) for one in periods if one.charges})
    paid = {key for key, one in heard.items() if rules.is_paid(one) or key in own}
    faults = []
    for one in some:
        figures = chain(
            _figures(one, known[one.id]), _money(one, known[one.id], heard.keys(), paid, lots)
        )
        if (fault := first_difference(f"membership {one.id}", figures)) is not None:
            faults.append((one, fault))
    return faults


def _cause(period: Any) -> str:
    return charge_cause(period.membership_id, period.number, period.charges)


def _money(
    membership: Any,
    known: Known,
    heard: Collection[UUID],
    paid: Collection[UUID],
    lots: Mapping[tuple[str | None, UUID], Any],
) -> Iterator[tuple[str, Any, Any]]:
    """What is paid is what billing told of it; what counts is what is paid; and who has credit of
    it is whose it counts for.
    """
    stand, entitled_to = standing(known.periods), entitled(known.periods)
    rests = rests_of(map(rest_of, known.freezes), membership.cancelled_on)
    for one in known.periods:
        if one.invoice_id is not None and one.invoice_id in heard:
            is_paid = one.invoice_id in paid
            yield f"whether period {one.number} is paid", one.paid_at is not None, is_paid
        yield f"whether period {one.number} counts", one.granted_at is not None, one.id in stand
    for one in known.periods:
        for credit in one.terms["credits"] if one.charges else ():
            lot = lots.get((_cause(one), UUID(credit["credit_type_id"])))
            has = lot is not None and lot.taken_back_at is None
            yield f"whether there is credit of period {one.number}", has, one.id in entitled_to
            if lot is not None and has:
                yield from _days(one, lot, rests)


def _days(period: Any, lot: Any, rests: Any) -> Iterator[tuple[str, Any, Any]]:
    """Credit rests as long as its membership does, and so much longer it can be used."""
    of = f"credit of period {period.number}"
    yield f"when {of} rests", list(lot.rests), rests
    if period.starts_on is not None:
        until = Days(period.starts_on, lot.days, rests).expires_on
        yield f"the first day of {of}", lot.starts_on, period.starts_on
        yield f"the last day of {of}", lot.expires_on, until


def _figures(membership: Any, known: Known) -> Iterator[tuple[str, Any, Any]]:
    facts, days = known.facts, days_of(known)
    yield "the first day covered", membership.covered_from, facts.coverage.covered_from
    yield "the renewal date", membership.renewal_date, facts.coverage.renewal_date
    yield "the first day it is no more", membership.cancelled_on, facts.cancelled_on
    for one in known.periods:
        starts_on, ends_on = days.get(one.number, (None, None))
        yield f"the first day of period {one.number}", one.starts_on, starts_on
        yield f"the end of period {one.number}", one.ends_on, ends_on
