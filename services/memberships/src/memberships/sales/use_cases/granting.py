"""What became of periods: billing answered, or their invoices were paid, reopened, withdrawn."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.bills.repository import BillRepository, given_back_here, heard_of
from memberships.bills.rules import CREDITED, PAID, Action, has_ended, is_paid
from memberships.bills.use_cases import Outcome
from memberships.credit_grants.rules import ALL, NOTHING
from memberships.credit_grants.use_cases import Grant, settle
from memberships.memberships.repository.rows import PeriodRepository
from memberships.memberships.rules.telling import Verb
from memberships.memberships.use_cases.facts import Telling, recompute
from memberships.memberships.use_cases.resting import SOURCE, rests_of_each
from memberships.memberships.use_cases.withdrawing import withdraw_open
from memberships.packages.repository import PackageRepository
from memberships.sales import events, repository
from memberships.sales.rules.asking import Asked, cause, charge_cause
from memberships.sales.rules.standing import entitled, standing
from memberships.sales.tables import Membership, MembershipPeriod
from memberships.sales.use_cases.asking import ask_for, is_free
from refs.home import today

Json = dict[str, Any]
Periods = Sequence[MembershipPeriod]


async def take_outcomes(work: UnitOfWork, outcomes: Sequence[Outcome]) -> list[Grant]:
    """What billing answered for periods, or told of their invoices; the credit that calls for."""
    if not outcomes:
        return []
    told = {one.bill.subject_id: one for one in [*outcomes, *await _not_given_back(work, outcomes)]}
    known = await repository.locked_of(work, told)
    told = await _paid_all_the_same(work, known, told)
    before = await repository.periods(work, told)
    answers = [_answer(one, told[key]) for key, one in before.items()]
    now = before | await repository.answered(work, [one for one in answers if one])
    grants: list[Grant] = []
    for key, period in now.items():
        membership = known[period.membership_id]
        known[membership.id] = await _follow(work, membership, period, told[key], grants)
    return grants


async def ask_or_grant(
    work: UnitOfWork, pairs: Sequence[tuple[Membership, MembershipPeriod]], day: date
) -> list[Membership]:
    """Have billing make the invoices of periods; those of which nothing is to be paid count from
    now on, with what credit goes with them. The memberships as they are then.
    """
    await ask_for(work, [pair for pair in pairs if not is_free(*pair)], day)
    grants, found = list[Grant](), list[Membership]()
    for membership, period in pairs:
        is_now = is_free(membership, period)
        found.append(await set_paid(work, membership, period.id, grants) if is_now else membership)
    await settle(work, grants)
    return found


async def set_paid(
    work: UnitOfWork, membership: Membership, period_id: UUID, grants: list[Grant], *,
    paid: bool = True,
) -> Membership:  # fmt: skip
    """A period is paid, or not any more: as if it never was. What replaced it stands and falls with
    it; adds what that calls for of credit, which nothing is done about yet.
    """
    periods = PeriodRepository(work)
    before = await periods.of(membership.id)
    was = next(one for one in before if one.id == period_id)
    await periods.update(was, paid_at=work.now if paid else None)
    after = await _stand(work, await periods.of(membership.id))
    membership = await _write(work, membership, before, after)
    if entitled(before) != entitled(after):
        grants += await _granted(work, membership, before)
    return membership


async def _stand(work: UnitOfWork, known: Periods) -> Periods:
    """Which of them count, written where it is another thing now."""
    periods, stand = PeriodRepository(work), standing(known)
    after = []
    for one in known:
        if (one.id in stand) == (one.granted_at is not None):
            after.append(one)
        elif one.id in stand:
            after.append(await periods.update(
                one, granted_at=work.now, state=Asked.INVOICED.value, problem=None,
                charges=one.charges or int(bool(one.terms["credits"])),
            ))  # fmt: skip
        else:
            after.append(await periods.update(one, granted_at=None))
    return after


async def _write(
    work: UnitOfWork, membership: Membership, before: Periods, after: Periods
) -> Membership:  # fmt: skip
    """What the membership is by those that count now; told of each that came or went."""
    was = {one.id for one in before if one.granted_at is not None}
    gone = [one for one in after if one.id in was and one.granted_at is None]
    come = [one for one in after if one.id not in was and one.granted_at is not None]
    told: list[tuple[Verb, MembershipPeriod]] = [
        *(("period_taken_back", one) for one in gone), *(("period_granted", one) for one in come),
    ]  # fmt: skip
    if not told:
        return membership
    changes = await _back(work, membership, gone, after) | _sold(membership, come, after)
    (verb, first), *others = told
    telling = Telling(verb=verb, period=first)
    membership = await recompute(work, membership, telling=telling, **changes)
    if others:
        now = {one.id: one for one in await PeriodRepository(work).of(membership.id)}
        for verb, period in others:
            work.publish(events.period_changed(verb, membership, now[period.id]))
    return membership


def _sold(membership: Membership, come: Periods, after: Periods) -> Json:
    """What was planned, or wanted from a day on, is its package now.

    Of what comes again once a later one was paid, that is its package already.
    """
    last = max((one.number for one in after if one.granted_at is not None), default=0)
    for one in reversed(come):
        if one.terms == membership.next_terms:
            return _by(one.terms) | {"next_package_id": None, "next_terms": None}
        if one.changes_on is not None and one.number == last:
            return _by(one.terms)
    return {}


async def _back(work: UnitOfWork, membership: Membership, gone: Periods, after: Periods) -> Json:
    """It has the package again that what is not paid any more has replaced, or that of what is
    paid since.
    """
    lost = next((one for one in gone if one.changes_on is not None), None)
    if lost is None or all(one.terms != membership.terms for one in gone):
        return {}
    kept = [one for one in after if one.granted_at is not None] or [
        one for one in after if one.id == lost.replaces_id
    ]
    return _by(await _terms_of(work, kept[-1])) if kept else {}


async def _terms_of(work: UnitOfWork, period: MembershipPeriod) -> Json:
    """What is renewed after it: what was paid elsewhere is as long as it happened to be."""
    if period.price_minor is not None:
        return period.terms
    package = await PackageRepository(work).get(UUID(period.terms["package_id"]))
    return period.terms | {"period": package.period}


def _by(terms: Json) -> Json:
    return {"package_id": UUID(terms["package_id"]), "terms": terms}


async def _granted(work: UnitOfWork, membership: Membership, before: Periods) -> list[Grant]:
    """What credit goes with those that came, went, or moved up, from their first days on."""
    after, day = await PeriodRepository(work).of(membership.id), await today(work)
    had, have = entitled(before), entitled(after)
    rests = (await rests_of_each(work, [membership]))[membership.id]
    was = {one.id: one.starts_on for one in before}
    return [
        Grant(
            cause=charge_cause(membership.id, one.number, one.charges or 1),
            client_id=membership.client_id, terms=one.terms, starts_on=one.starts_on or day,
            source=SOURCE, kept=ALL if one.id in have else NOTHING, rests=rests,
        )
        for one in after if one.charges and (
            one.id in had ^ have or (one.id in have and one.starts_on != was[one.id]))
    ]  # fmt: skip


async def _not_given_back(work: UnitOfWork, outcomes: Sequence[Outcome]) -> list[Outcome]:
    """How invoices stand now of which billing refused to credit something for a change."""
    ids = [
        UUID(one.bill.request["invoice_id"]) for one in outcomes
        if one.bill.action == Action.CREDIT and one.problem is not None
    ]  # fmt: skip
    if not ids:
        return []
    known, found = await heard_of(work, ids), await BillRepository(work).of_invoices(ids)
    return [Outcome(bill, known[one]) for one, bill in found.items() if one in known]


async def _paid_all_the_same(
    work: UnitOfWork, known: Collection[UUID], told: dict[UUID, Outcome]
) -> dict[UUID, Outcome]:
    """Where changes have given back all of an invoice it was paid: it has paid what they sold."""
    invoices = [one.invoice for one in told.values() if one.invoice is not None]
    ids = [one.id for one in invoices if one.status == CREDITED]
    if not ids:
        return told
    periods = await PeriodRepository(work).of(*known)
    causes = [cause(one.membership_id, one.number) for one in periods]
    own = await given_back_here(work, ids, causes)
    return {
        key: replace(one, invoice=replace(one.invoice, status=PAID))
        if one.invoice is not None and one.invoice.id in own else one
        for key, one in told.items()
    }  # fmt: skip


def _answer(period: MembershipPeriod, outcome: Outcome) -> Json | None:
    """What is written of a period; nothing where it stands so already."""
    state, invoice_id, problem = period.state, period.invoice_id, outcome.problem
    if outcome.bill.action == Action.WITHDRAW:
        problem = problem or period.problem
    elif problem is not None:
        # What was to replace another one is not asked for again: there are fewer days left then.
        state = (Asked.REFUSED if period.changes_on is None else Asked.WITHDRAWN).value
    elif outcome.invoice is not None:
        invoice_id = outcome.invoice.id
        is_over = has_ended(outcome.invoice)
        state = (Asked.WITHDRAWN if is_over else Asked.INVOICED).value
    if (state, invoice_id, problem) == (period.state, period.invoice_id, period.problem):
        return None
    return {"id": period.id, "state": state, "invoice_id": invoice_id, "problem": problem}


async def _follow(
    work: UnitOfWork, membership: Membership, period: MembershipPeriod, outcome: Outcome,
    grants: list[Grant],
) -> Membership:  # fmt: skip
    """What it does to the membership."""
    if outcome.problem is not None:
        if outcome.bill.action == Action.CREDIT:
            await _give_again(work, period, outcome)
        telling = Telling(verb="period_refused", period=period)
        return await recompute(work, membership, telling=telling)
    if outcome.bill.action == Action.WITHDRAW:
        return membership
    if outcome.bill.document_id is None and outcome.invoice is not None:
        # It was being made as the membership ended.
        await withdraw_open(work, [membership], await today(work))
    # By its invoice, or by what was credited as it replaced another one.
    is_now = is_paid(outcome.invoice) if outcome.invoice is not None else True
    if is_now == (period.paid_at is not None):
        return membership
    return await set_paid(work, membership, period.id, grants, paid=is_now)


async def _give_again(
    work: UnitOfWork, period: MembershipPeriod, outcome: Outcome
) -> None:  # fmt: skip
    """What was to be credited of the invoice of another period is left of it again."""
    known = PeriodRepository(work)
    for one in await known.by_invoice([UUID(outcome.bill.request["invoice_id"])]):
        left = (one.billed_minor or 0) - (period.billed_minor or 0)
        await known.update(one, billed_minor=left)
