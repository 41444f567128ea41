"""What became of periods: billing answered, or their invoices were paid, reopened, withdrawn."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.bills.rules import Action, has_ended, is_paid
from memberships.bills.use_cases import Outcome
from memberships.credit_grants.use_cases import Grant, charge_terms, take_back_terms
from memberships.memberships.repository.rows import PeriodRepository
from memberships.memberships.use_cases.facts import Telling, recompute
from memberships.sales import repository
from memberships.sales.rules.asking import Asked, charge_cause
from memberships.sales.tables import Membership, MembershipPeriod
from refs.home import today

Json = dict[str, Any]
_SOURCE: Final = "membership"


async def take_outcomes(work: UnitOfWork, outcomes: Sequence[Outcome]) -> None:
    """What billing answered for periods, or told of their invoices."""
    told = {one.bill.subject_id: one for one in outcomes}
    known = await repository.locked_of(work, told)
    before = await repository.periods(work, told)
    answers = [_answer(one, told[key]) for key, one in before.items()]
    now = before | await repository.answered(work, [one for one in answers if one])
    for key, period in now.items():
        membership = known[period.membership_id]
        known[membership.id] = await _follow(work, membership, period, told[key])


async def grant(
    work: UnitOfWork, membership: Membership, period: MembershipPeriod
) -> Membership:  # fmt: skip
    """It is paid: it covers days from now on, and what credit goes with it is charged."""
    periods, times = PeriodRepository(work), (period.charges or 0) + 1
    # As it is now: another one of this membership may just have moved its days.
    now = await periods.get(period.id)
    await periods.update(
        now, granted_at=work.now, state=Asked.INVOICED.value, problem=None, charges=times
    )
    changes: Json = {}
    if period.changes_on is not None or period.terms == membership.next_terms:
        changes = _sold_by(period.terms) | {"next_package_id": None, "next_terms": None}
    telling = Telling(verb="period_granted")
    membership = await recompute(work, membership, telling=telling, **changes)
    if period.terms["credits"]:
        granted = await periods.get(period.id)
        cause = charge_cause(membership.id, period.number, times)
        goes = Grant(cause, granted.starts_on or await today(work), _SOURCE)
        await charge_terms(work, membership.client_id, period.terms, goes)
    return membership


async def revoke(
    work: UnitOfWork, membership: Membership, period: MembershipPeriod
) -> Membership:  # fmt: skip
    """It is not paid any more: as if it never was, and what is unused of its credit goes back."""
    periods = PeriodRepository(work)
    await periods.update(await periods.get(period.id), granted_at=None)
    changes: Json = {}
    if period.changes_on is not None and period.terms == membership.terms:
        before = [one for one in await periods.of(membership.id) if one.granted_at is not None]
        changes = _sold_by(before[-1].terms) if before else {}
    telling = Telling(verb="period_taken_back")
    membership = await recompute(work, membership, telling=telling, **changes)
    cause = charge_cause(membership.id, period.number, period.charges or 1)
    await take_back_terms(work, period.terms, cause)
    return membership


def _sold_by(terms: Json) -> Json:
    return {"package_id": UUID(terms["package_id"]), "terms": terms}


def _answer(period: MembershipPeriod, outcome: Outcome) -> Json | None:
    """What is written of a period; nothing where it stands so already."""
    state, invoice_id, problem = period.state, period.invoice_id, outcome.problem
    if problem is not None:
        # What was to replace another one is not asked for again: there are fewer days left then.
        state = (Asked.REFUSED if period.changes_on is None else Asked.WITHDRAWN).value
    elif outcome.invoice is not None:
        invoice_id = outcome.invoice.id
        is_over = has_ended(outcome.invoice.status)
        state = (Asked.WITHDRAWN if is_over else Asked.INVOICED).value
    if (state, invoice_id, problem) == (period.state, period.invoice_id, period.problem):
        return None
    return {"id": period.id, "state": state, "invoice_id": invoice_id, "problem": problem}


async def _follow(
    work: UnitOfWork, membership: Membership, period: MembershipPeriod, outcome: Outcome
) -> Membership:
    """What it does to the membership."""
    if outcome.problem is not None:
        if outcome.bill.action == Action.CREDIT:
            await _give_again(work, period, outcome)
        return await recompute(work, membership, telling=Telling(verb="period_refused"))
    is_now = _is_granted(outcome)
    if is_now == (period.granted_at is not None):
        return membership
    return await (grant if is_now else revoke)(work, membership, period)


def _is_granted(outcome: Outcome) -> bool:
    """Whether it is paid: by its invoice, or by what was credited as it replaced another one."""
    return is_paid(outcome.invoice.status) if outcome.invoice is not None else True


async def _give_again(
    work: UnitOfWork, period: MembershipPeriod, outcome: Outcome
) -> None:  # fmt: skip
    """What was to be credited of the invoice of another period is left of it again."""
    known = PeriodRepository(work)
    for one in await known.by_invoice([UUID(outcome.bill.request["invoice_id"])]):
        left = (one.billed_minor or 0) - (period.billed_minor or 0)
        await known.update(one, billed_minor=left)
