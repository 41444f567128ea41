"""What staff decide of subscriptions: what is billed, and until when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from billing.documents.use_cases.drafting import ask_document, ask_named, check_named
from billing.documents.use_cases.lines import with_product_taxes, with_taxes
from billing.documents.use_cases.owing import owing
from billing.parties import use_cases as parties
from billing.subscriptions import events
from billing.subscriptions.repository import SubscriptionRepository
from billing.subscriptions.rules import periods as rules
from billing.subscriptions.tables import Subscription
from billing.subscriptions.use_cases.changing import Change, change_of, make_change
from billing.totals.rules.written import figures
from chassis.context import Context
from chassis.errors import MissingPermission
from chassis.money import Money
from chassis.work import UnitOfWork
from refs.home import home, today

Json = dict[str, Any]
ISSUE: Final = "billing:issue"
BILL: Final = "billing.bill_subscription"
# What its figures follow from, and when it is billed.
_FIGURED: Final = frozenset({"lines", "discount", "shipping"})
_RHYTHM: Final = frozenset({"unit", "interval_count", "starts_on", "anchor_day", "first_period"})
_TIMED: Final = _RHYTHM | {"ends_on", "occurrences"}
# What is kept of a whole period's figures.
_KEPT: Final = ("currency", "lines", "discount", "shipping_minor", "tax_minor", "total_minor")


async def create_subscription(
    work: UnitOfWork, context: Context, values: Json, digest: bytes
) -> Subscription:
    """Bill a client again and again."""
    check_issues(work, values["is_issued"])
    said = await ask_document(work, context, values)
    found = SubscriptionRepository(work)
    await found.ask_known(values["id"])
    if (known := await found.known(values["id"], digest)) is not None:
        work.status = 200
        return known
    owed = await owing(work, values, said)
    client, values = owed.client, values | owed.columns
    await check_named(work, values)
    currency = values["currency"] or (client and client.currency) or (await home(work)).currency
    values["starts_on"] = values["starts_on"] or await today(work)
    _check_times(values)
    lines = await with_product_taxes(work, values["lines"])
    figured = await _figures(work, currency, lines, values, values["starts_on"])
    plain = {name: value for name, value in values.items() if name not in _FIGURED}
    subscription = await found.add(
        **plain | figured, **_first_bill(values), billed=0,
        is_paused=False, created_by=work.caller.principal, digest=digest,
    )  # fmt: skip
    work.publish(events.subscription_changed("created", subscription))
    await bill_if_due(work, subscription)
    return subscription


async def update_subscription(
    work: UnitOfWork, context: Context, subscription_id: UUID, changes: Json, *,
    is_now: bool = False,
) -> Subscription:  # fmt: skip
    """Change what is billed from the next period on, or until when; `is_now`: also for what is
    left of this one, by an invoice or a credit note of the difference.
    """
    await ask_named(work, context, changes)
    asked = await _ask_parties(work, context, subscription_id) if is_now else None
    found = SubscriptionRepository(work)
    known = await found.get_for_update(subscription_id)
    written = await _written(work, known, changes)
    if is_now:
        check_issues(work, is_issued=True)
        wanted, day = replace(known, **written), await today(work)
        change = await change_of(work, wanted, rhythm(wanted), day, lock=True)
        if change is not None:
            await make_change(work, wanted, change, asked)
    changed = await found.update(known, **written, problem=None)
    if changed is not known:
        names = [n for n in changes if getattr(known, _column(n)) != getattr(changed, _column(n))]
        work.publish(events.subscription_changed("updated", changed, changed=names))
        await bill_if_due(work, changed)
    return changed


async def preview_update(
    work: UnitOfWork, context: Context, subscription_id: UUID, changes: Json, *, is_now: bool
) -> Change | None:
    """What a change would add to what was billed, or take off it; None: nothing."""
    await ask_named(work, context, changes)
    # As who may do it.
    known = await SubscriptionRepository(work).get_for_update(subscription_id)
    wanted = replace(known, **await _written(work, known, changes))
    if not is_now:
        return None
    check_issues(work, is_issued=True)
    return await change_of(work, wanted, rhythm(wanted), await today(work), lock=False)


async def _written(work: UnitOfWork, known: Subscription, changes: Json) -> Json:
    """The columns of a change; raises what refuses it."""
    day = await today(work)
    rules.check_open(known.cancelled_on, day)
    await check_named(work, changes)
    check_issues(work, changes.get("is_issued", known.is_issued))
    wanted = replace(known, **{n: v for n, v in changes.items() if n not in _FIGURED})
    if known.billed and any(getattr(wanted, n) != getattr(known, n) for n in _RHYTHM):
        raise rules.SubscriptionBegun()
    _check_times(_times(wanted))
    written = {n: v for n, v in changes.items() if n not in _FIGURED}
    if not changes.keys().isdisjoint(_FIGURED):
        written |= await _changed_figures(work, known, changes)
    if not changes.keys().isdisjoint(_TIMED):
        written |= _first_bill(_times(wanted)) if not known.billed else _next_bill(wanted, day)
    return written


async def _ask_parties(
    work: UnitOfWork, context: Context, subscription_id: UUID
) -> parties.Parties | None:
    """Who sells and who buys, before the work's first statement."""
    async with work.database.work(work.caller) as own:
        found = await SubscriptionRepository(own).find(subscription_id)
    if found is None or not work.caller.may(ISSUE):
        return None
    return await parties.ask(context, work.tenant_id, found.client_id, found.for_client_id)


async def delete_subscription(work: UnitOfWork, subscription_id: UUID) -> None:
    """Remove a subscription of which nothing was billed."""
    found = SubscriptionRepository(work)
    subscription = await found.get_for_update(subscription_id)
    if subscription.billed:
        raise rules.SubscriptionBegun()
    await found.delete(subscription)
    work.publish(events.subscription_changed("deleted", subscription))


async def pause_subscription(work: UnitOfWork, subscription_id: UUID) -> Subscription:
    """Bill nothing until it is resumed."""
    found = SubscriptionRepository(work)
    known = await found.get_for_update(subscription_id)
    if known.is_paused:
        return known
    if known.next_on is None:
        raise rules.SubscriptionNotActive()
    paused = await found.update(known, is_paused=True)
    work.publish(events.subscription_changed("paused", paused))
    return paused


async def resume_subscription(work: UnitOfWork, subscription_id: UUID) -> Subscription:
    """Go on with the first period from today on; what began meanwhile is not billed."""
    found = SubscriptionRepository(work)
    known = await found.get_for_update(subscription_id)
    day = await today(work)
    rules.check_open(known.cancelled_on, day)
    check_issues(work, known.is_issued)
    if not known.is_paused and known.cancelled_on is None:
        raise rules.SubscriptionNotPaused()
    resumed = await found.update(
        known, is_paused=False, cancelled_on=None, **_next_bill(known, day)
    )
    work.publish(events.subscription_changed("resumed", resumed))
    await bill_if_due(work, resumed)
    return resumed


async def forget_subscriptions(work: UnitOfWork, client_id: UUID) -> None:
    """An erased client is not billed any more."""
    for one in await SubscriptionRepository(work).end_all(client_id, await today(work)):
        work.publish(events.subscription_changed("cancelled", one))


async def bill_if_due(work: UnitOfWork, subscription: Subscription) -> None:
    """Have its next period billed by a job, if that begins today or has begun."""
    is_due = subscription.next_on is not None and subscription.next_on <= await today(work)
    if is_due and not subscription.is_paused:
        enqueue_bill(work, subscription.id)


def enqueue_bill(work: UnitOfWork, subscription_id: UUID) -> None:
    """Have one period billed once this work is committed."""
    work.enqueue(BILL, {"id": str(subscription_id)}, unique=str(subscription_id))


def rhythm(subscription: Subscription) -> rules.Rhythm:
    """When its periods begin."""
    return _rhythm(_times(subscription))


def left(subscription: Subscription) -> int | None:
    """How many bills there still are; None: no end of them."""
    if subscription.occurrences is None:
        return None
    return max(0, subscription.occurrences - subscription.billed)


def next_bill(subscription: Subscription, place: int) -> Json:
    """The columns that say which period is billed next, from a place on."""
    coming = rules.periods(
        rhythm(subscription), place, ends_on=subscription.ends_on, left=left(subscription)
    )
    following = next(coming, None)
    return {"next_place": place, "next_on": following.begins if following else None}


def check_issues(work: UnitOfWork, is_issued: bool) -> None:
    """What issues by itself is decided by who may issue; raises MissingPermission."""
    if is_issued and not work.caller.may(ISSUE):
        raise MissingPermission(permission=ISSUE)


def _next_bill(subscription: Subscription, day: date) -> Json:
    """The same, from the first period that begins today or later."""
    place = rules.place_from(rhythm(subscription), subscription.next_place, day)
    return next_bill(subscription, place)


def _first_bill(times: Mapping[str, Any]) -> Json:
    first = rules.period(_rhythm(times), 0)
    is_free = times["first_period"] == "free" and first.share < 1
    place = 1 if is_free else 0
    coming = rules.periods(
        _rhythm(times), place, ends_on=times["ends_on"], left=times["occurrences"]
    )
    following = next(coming, None)
    return {"next_place": place, "next_on": following.begins if following else None}


def _rhythm(times: Mapping[str, Any]) -> rules.Rhythm:
    return rules.Rhythm(
        times["unit"], times["interval_count"], times["starts_on"], times["anchor_day"]
    )


def _times(subscription: Subscription) -> Json:
    return {name: getattr(subscription, name) for name in _TIMED}


def _check_times(times: Mapping[str, Any]) -> None:
    rules.check_rhythm(times["unit"], times["anchor_day"])
    rules.check_end(times["starts_on"], times["ends_on"])


async def _changed_figures(work: UnitOfWork, known: Subscription, changes: Json) -> Json:
    lines = known.lines
    if "lines" in changes:
        lines = await with_product_taxes(work, changes["lines"])
    shipping = Money(known.shipping_minor, known.currency).format()
    extras = {"discount": known.discount, "shipping": shipping} | changes
    on = known.next_on or known.starts_on
    return await _figures(work, known.currency, lines, extras, on)


async def _figures(
    work: UnitOfWork, currency: str, lines: list[Json], extras: Mapping[str, Any], on: date
) -> Json:
    """What a whole period comes to, by the taxes of a day."""
    taxed = await with_taxes(work, lines, on)
    wanted = {"discount": extras["discount"], "shipping": extras["shipping"]}
    found = figures(currency, taxed, wanted)
    return {name: found[name] for name in _KEPT}


def _column(name: str) -> str:
    return "shipping_minor" if name == "shipping" else name
