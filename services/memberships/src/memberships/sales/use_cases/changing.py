"""Another package: from the next period on, or from today on for what is left of this one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from chassis.errors import MissingPermission
from chassis.work import UnitOfWork
from memberships.bills import rules as bills
from memberships.bills.repository import were_credited
from memberships.bills.use_cases import Wanted, ask_billing
from memberships.credit_grants.use_cases import unused_share
from memberships.memberships.repository.rows import MembershipRepository, PeriodRepository
from memberships.memberships.rules.coverage import open_days, skipped_days
from memberships.memberships.rules.status import check_open
from memberships.memberships.use_cases.facts import Known, Telling, known_of, recompute
from memberships.packages.rules import terms
from memberships.packages.use_cases import package_to_sell
from memberships.sales.rules import asking, changing
from memberships.sales.rules.changing import Change
from memberships.sales.rules.standing import chain
from memberships.sales.tables import Membership, MembershipPeriod
from memberships.sales.use_cases.asking import add_period, period_of
from memberships.sales.use_cases.granting import ask_or_grant
from refs.home import today

Json = dict[str, Any]
CREDIT: Final = "billing:issue"


@dataclass(frozen=True, slots=True)
class Wish:
    """A membership that is to have another package, what is known of it, the period that runs, and
    the change.
    """

    membership: Membership
    known: Known
    running: MembershipPeriod
    terms: Json
    change: Change


async def change_at_end(work: UnitOfWork, membership_id: UUID, package_id: UUID) -> Membership:
    """Sell its next period by another package, or by the present terms of its own."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    check_open(membership.cancelled_on, await today(work))
    sold = await _terms(work, membership, package_id)
    changes: Json = {"next_package_id": package_id, "next_terms": sold}
    if sold == membership.terms:
        changes = dict.fromkeys(changes)
    telling = Telling(verb="package_changed")
    return await recompute(work, membership, telling=telling, **changes)


async def change_now(work: UnitOfWork, membership_id: UUID, package_id: UUID) -> Membership:
    """Begin a period of another package today: what is unused of the one that runs pays for it.

    The rest is invoiced, and it begins, today, once that is paid; or credited.
    """
    wish = await wish_for(work, membership_id, package_id)
    periods, change = wish.known.periods, wish.change
    if wish.change.kind == "credit_note" and not work.caller.may(CREDIT):
        raise MissingPermission(permission=CREDIT)
    telling = Telling(verb="package_changed")
    # Whoever decides anew has planned nothing any more.
    planned = {"next_package_id": None, "next_terms": None}
    membership = await recompute(work, wish.membership, telling=telling, **planned)
    last = periods[-1]
    period = await add_period(work, period_of(
        replace(membership, next_terms=wish.terms), last.number + 1, change.day,
        last.tolerance_days, changes_on=change.day, replaces_id=wish.running.id,
        billed_minor=change.difference_minor,
    ))  # fmt: skip
    if change.kind == "credit_note":
        await _credit(work, wish, period)
        return membership
    [membership] = await ask_or_grant(work, [(membership, period)], change.day)
    return membership


async def next_terms(
    work: UnitOfWork, membership_id: UUID, package_id: UUID
) -> tuple[Json, Json | None]:
    """By which terms its next period would be sold, and less which discount."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    check_open(membership.cancelled_on, await today(work))
    return await _terms(work, membership, package_id), membership.discount


def preview_request(wish: Wish) -> Json:
    """What billing is asked for the figures of the invoice that a change makes."""
    sold, currency = wish.terms, wish.terms["currency"]
    off = bills.amount_off(bills.price_after(sold, None) - wish.change.difference_minor, currency)
    line = bills.package_line(sold, off)
    return {
        "client_id": str(wish.membership.client_id), "currency": currency, "lines": [line],
    }  # fmt: skip


async def wish_for(work: UnitOfWork, membership_id: UUID, package_id: UUID) -> Wish:
    """As who may do it; raises what refuses it."""
    membership = await MembershipRepository(work).get_for_update(membership_id)
    day = await today(work)
    check_open(membership.cancelled_on, day)
    if membership.told_status == "suspended":
        raise asking.MembershipSuspended()
    sold = await _terms(work, membership, package_id)
    known = await known_of(work, membership)
    asking.check_askable(known.periods[-1] if known.periods else None)
    running, left = _running(known, day)
    changing.check_tax(running.terms["tax_id"], sold["tax_id"])
    await _check_paid(work, known, running)
    days = known.facts.coverage.periods[-1].length
    cause = asking.charge_cause(membership.id, running.number, running.charges or 1)
    # What nobody paid, as it ran elsewhere before, is not given back.
    paid, unused = running.price_minor or 0, await unused_share(work, cause)
    worth = changing.worth_left(paid, days, left, unused)
    price = bills.price_after(sold, membership.discount)
    return Wish(membership, known, running, sold, Change(day, days, left, worth, price))


async def _check_paid(work: UnitOfWork, known: Known, running: MembershipPeriod) -> None:
    """All that its worth is made of was paid, and is still; raises InvoiceCredited."""
    invoices = [
        one.invoice_id for one in chain(known.periods, running) if one.invoice_id is not None
    ]  # fmt: skip
    causes = [asking.cause(one.membership_id, one.number) for one in known.periods]
    if invoices and await were_credited(work, invoices, causes):
        raise changing.InvoiceCredited()


async def _terms(work: UnitOfWork, membership: Membership, package_id: UUID) -> Json:
    sold = terms(await package_to_sell(work, package_id, "membership"))
    changing.check_currency(membership.terms["currency"], sold["currency"])
    bills.check_discount(sold, membership.discount)
    return sold


def _running(known: Known, day: date) -> tuple[MembershipPeriod, int]:
    """The paid period that the day is in, the last of all, and how many days are left of it."""
    covered = known.facts.coverage.periods
    last = covered[-1] if covered else None
    if last is None or last.ends_on is None or last.starts_on is None or last.ends_on <= day:
        raise changing.NothingRuns()
    if last.starts_on > day:
        ahead = len(covered) > 1
        raise changing.RenewedAhead() if ahead else changing.NothingRuns()
    period = next(one for one in known.periods if one.number == last.number)
    return period, open_days(day, last.ends_on, skipped_days(known.facts.rests))


async def _credit(work: UnitOfWork, wish: Wish, period: MembershipPeriod) -> None:
    """Have so much of the newest invoice credited that has so much left."""
    minor = -wish.change.difference_minor
    base = changing.with_enough(_left(wish.known.periods), minor)
    known = PeriodRepository(work)
    # As it is now: its days may just have been written.
    if (now := await known.find(base.id)) is not None:
        await known.update(now, billed_minor=(now.billed_minor or 0) - minor)
    request = changing.credit_request(
        base.invoice_id, base.terms, bills.said(base.terms["name"]), minor
    )
    await ask_billing(work, [Wanted(
        asking.cause(wish.membership.id, period.number), bills.Kind.PERIOD, period.id,
        period.client_id, request, bills.Action.CREDIT,
    )])  # fmt: skip


def _left(periods: Sequence[MembershipPeriod]) -> list[tuple[MembershipPeriod, int]]:
    return [
        (one, one.billed_minor or 0) for one in reversed(periods)
        if one.granted_at is not None and one.invoice_id is not None
    ]  # fmt: skip
