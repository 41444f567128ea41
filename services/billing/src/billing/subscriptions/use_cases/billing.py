"""What makes invoices of subscriptions."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

from billing.documents.use_cases.lines import with_taxes
from billing.invoices.use_cases.drafts import make_invoice
from billing.invoices.use_cases.issuing import issue_draft
from billing.parties import use_cases as parties
from billing.subscriptions import events
from billing.subscriptions.repository import SubscriptionRepository
from billing.subscriptions.rules import periods as rules
from billing.subscriptions.rules.prorating import prorated
from billing.subscriptions.tables import Subscription
from billing.subscriptions.use_cases.changing import TAKEN_OVER
from billing.subscriptions.use_cases.terms import (
    bill_if_due,
    enqueue_bill,
    left,
    next_bill,
    rhythm,
)
from billing.totals.rules.written import figures
from chassis.context import Context
from chassis.errors import Failure
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.about import UnknownClient
from refs.home import today

Json = dict[str, Any]


async def tenants_with_due(context: Context) -> list[UUID]:
    """Companies that may have something to bill; where the day begins first it is tomorrow."""
    day = context.database.clock().date() + timedelta(days=1)
    rows = await context.system.look_up("tenants_with_due_subscriptions", day)
    return [row["tenant_id"] for row in rows]


async def enqueue_due(work: UnitOfWork, after: UUID) -> UUID | None:
    """Have some that are due billed, each by a job of its own; after which one to go on."""
    some = await SubscriptionRepository(work).due(after)
    for one in some:
        enqueue_bill(work, one)
    return some[-1] if some else None


async def bill_subscription(work: UnitOfWork, context: Context, subscription_id: UUID) -> None:
    """Make the invoice of the next period, if it is due; the one after it, if that is too.

    What refuses it is kept as its problem; it is tried again at the next sweep.
    """
    asked = await _ask(work, context, subscription_id)
    subscriptions = SubscriptionRepository(work)
    known = await subscriptions.locked(subscription_id)
    day = await today(work)
    if known is None or known.is_paused or known.next_on is None or known.next_on > day:
        return
    if known.is_issued and asked is None:
        # Resumed, or set to be issued, since it was asked for: the next sweep asks who.
        return
    try:
        async with work.attempt():
            await _bill(work, known, asked)
    except Failure as failure:
        await _note_problem(work, known, failure)
        return
    billed = await subscriptions.update(
        known, billed=known.billed + 1, problem=None, **_after(known)
    )
    if billed.next_on is None:
        work.publish(events.subscription_changed("ended", billed))
    await bill_if_due(work, billed)


def upcoming(subscription: Subscription, limit: int) -> list[Json]:
    """The next bills, by what is known now."""
    if subscription.next_on is None or subscription.is_paused:
        return []
    coming = rules.periods(
        rhythm(subscription), subscription.next_place, ends_on=subscription.ends_on,
        left=left(subscription),
    )  # fmt: skip
    return [_foretold(subscription, one) for one in islice(coming, limit)]


async def _ask(
    work: UnitOfWork, context: Context, subscription_id: UUID
) -> parties.Parties | Failure | None:
    """Who sells and who buys, before the work's first statement; or why nobody does."""
    async with work.database.work(work.caller, role="worker") as own:
        found = await SubscriptionRepository(own).find(subscription_id)
    if found is None or found.next_on is None or not found.is_issued:
        return None
    try:
        return await parties.ask(context, work.tenant_id, found.client_id, found.for_client_id)
    except UnknownClient as failure:
        return failure


async def _bill(
    work: UnitOfWork, subscription: Subscription, asked: parties.Parties | Failure | None
) -> None:
    if isinstance(asked, Failure):
        raise asked
    period = rules.period(rhythm(subscription), subscription.next_place)
    day = await today(work)
    lines = await with_taxes(work, subscription.lines, period.begins)
    invoice = await make_invoice(
        work, subscription.id.bytes, **{name: getattr(subscription, name) for name in TAKEN_OVER},
        **_figured(subscription, lines, period), issue_date=day, supply_date=period.begins,
        due_date=day + timedelta(days=subscription.due_days), subscription_id=subscription.id,
        period_from=period.begins, period_to=period.last_day,
    )  # fmt: skip
    if subscription.is_issued and asked is not None:
        await issue_draft(work, invoice, asked)


def _after(subscription: Subscription) -> Json:
    """Which period follows the one that is billed now."""
    counted = replace(subscription, billed=subscription.billed + 1)
    return next_bill(counted, subscription.next_place + 1)


def _figured(subscription: Subscription, lines: list[Json], period: rules.Period) -> Json:
    shipping = Money(subscription.shipping_minor, subscription.currency).format()
    asked: Json = {"lines": lines, "discount": subscription.discount, "shipping": shipping}
    whole = figures(subscription.currency, lines, asked)
    if period.share == 1 or subscription.first_period == "full":
        return whole
    part = prorated(asked, whole, period.share)
    return figures(subscription.currency, part["lines"], part)


def _foretold(subscription: Subscription, period: rules.Period) -> Json:
    found = _figured(subscription, subscription.lines, period)
    amounts = {
        name: Money(found[column], subscription.currency).format()
        for name, column in (
            ("subtotal", "subtotal_minor"), ("tax_total", "tax_minor"), ("total", "total_minor"),
        )
    }  # fmt: skip
    return amounts | {
        "period_from": period.begins, "period_to": period.last_day,
        "due_date": period.begins + timedelta(days=subscription.due_days),
        "prorated": period.share < 1 and subscription.first_period == "prorated",
    }  # fmt: skip


async def _note_problem(work: UnitOfWork, known: Subscription, failure: Failure) -> None:
    problem: Mapping[str, Any] = {"code": failure.code, "field": failure.field}
    if problem == known.problem:
        return
    failing = await SubscriptionRepository(work).update(known, problem=problem)
    work.publish(events.subscription_changed("failed", failing))
