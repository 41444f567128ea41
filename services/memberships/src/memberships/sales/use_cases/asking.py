"""Periods are asked for: the intent is written down, and billing is asked by a job."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from chassis.work import UnitOfWork
from memberships.bills import rules as bills
from memberships.bills.use_cases import Wanted, ask_billing
from memberships.defaults.use_cases import settings_of
from memberships.memberships.repository.rows import PeriodRepository
from memberships.sales.rules.asking import Asked, cause
from memberships.sales.tables import Membership, MembershipPeriod

Json = dict[str, Any]


def period_of(
    membership: Membership, number: int, asked_on: date, tolerance_days: int, **more: Any
) -> Json:
    """The columns of a period by the terms that hold from then on."""
    return {
        "membership_id": membership.id, "client_id": membership.client_id, "number": number,
        "asked_on": asked_on, "tolerance_days": tolerance_days,
        "state": Asked.PENDING.value, "charges": 0,
    } | terms_of(membership) | more  # fmt: skip


def terms_of(membership: Membership) -> Json:
    """By which terms its next period is sold, and for how much."""
    terms = membership.next_terms or membership.terms
    price = bills.price_after(terms, membership.discount)
    return {"terms": terms, "price_minor": price, "billed_minor": price}


async def ask_for(
    work: UnitOfWork, asked: Sequence[tuple[Membership, MembershipPeriod]], today: date
) -> None:
    """Have billing make the invoices of periods that cost something."""
    issue = (await settings_of(work)).invoices == "issued"
    await ask_billing(work, [
        Wanted(cause(one.id, period.number), bills.Kind.PERIOD, period.id, one.client_id,
               _request(one, period, today, issue=issue))
        for one, period in asked
    ])  # fmt: skip


async def add_period(work: UnitOfWork, values: Json) -> MembershipPeriod:
    """Write one down."""
    return await PeriodRepository(work).add(**values)


def is_free(membership: Membership, period: MembershipPeriod) -> bool:
    """Whether nothing is to be paid for it."""
    return not period.billed_minor and not _has_fee(membership, period)


def _has_fee(membership: Membership, period: MembershipPeriod) -> bool:
    """Joining is paid with the first period that is."""
    return membership.covered_from is None and bills.has_amount(period.terms["joining_fee"])


def _request(
    membership: Membership, period: MembershipPeriod, today: date, *, issue: bool
) -> Json:  # fmt: skip
    terms, due = period.terms, membership.renewal_date
    discount = membership.discount
    if period.billed_minor != period.price_minor:
        discount = bills.amount_off(
            bills.price_after(terms, None) - (period.billed_minor or 0), terms["currency"]
        )
    lines = [bills.package_line(terms, discount)]
    if _has_fee(membership, period):
        lines.append(bills.fee_line(terms))
    # Of what is asked for ahead, on the day it begins.
    due = due if due is not None and due > today and period.changes_on is None else None
    return bills.invoice_request(membership.client_id, terms, lines, issue=issue, due=due)
