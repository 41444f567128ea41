"""What a change of a subscription from today on adds to what was billed, or takes off it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, Final, Literal

from billing.credit_notes.rules import OverCredited
from billing.credit_notes.use_cases import credit_locked
from billing.documents.use_cases.lines import with_taxes
from billing.invoices.rules import Status
from billing.invoices.use_cases.drafts import make_invoice
from billing.invoices.use_cases.issuing import issue_draft
from billing.parties import use_cases as parties
from billing.subscriptions.rules import periods
from billing.subscriptions.rules import prorating as rules
from billing.subscriptions.rules.prorating import Key
from billing.subscriptions.tables import Subscription
from billing.subscriptions.use_cases.prorating import (
    TOLD,
    Billed,
    billed_on,
    credited_of,
    exceeded,
    lines_of,
    note_of,
    total_rest,
)
from billing.totals.rules.written import figures
from chassis.money import Money
from chassis.work import UnitOfWork

Json = dict[str, Any]
_REASON: Final = (
    "تغيير الاشتراك: من {since} إلى {until} · Change of the subscription: {since} to {until}"
)
# What its invoices have from it as it is.
TAKEN_OVER: Final = (
    "client_id", "for_client_id", "payment_terms", "salesperson_id", "notes", "terms", "branch_id",
    "work_cycle_id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """What a change comes to from a day on: an invoice beside that of the period, or a credit note
    of one of its invoices.
    """

    kind: Literal["invoice", "credit_note"]
    invoice: Any
    day: date
    figures: Json

    def told(self) -> Json:
        """As it is shown."""
        currency, client_id = self.invoice.currency, self.invoice.client_id
        subtotal, tax, total = (Money(self.figures[name], currency).format() for name in TOLD)
        return {
            "kind": self.kind, "invoice_id": self.invoice.id,
            "invoice_number": self.invoice.number, "client_id": client_id,
            "url": f"/v1/clients/{client_id}", "days_from": self.day,
            "days_to": self.invoice.period_to, "currency": currency, "subtotal": subtotal,
            "tax_total": tax, "total": total,
        }  # fmt: skip


async def change_of(
    work: UnitOfWork, wanted: Subscription, rhythm: periods.Rhythm, day: date, *, lock: bool
) -> Change | None:
    """What it comes to if a subscription is as `wanted` from a day on; None: nothing.

    Raises PeriodNotIssued, ChangeMixed and OverCredited.
    """
    billed = await billed_on(work, wanted, day, lock=lock)
    base = next((one.invoice for one in billed if one.invoice.adjusts_id is None), None)
    if base is None:
        return None
    if any(one.invoice.status == Status.DRAFT for one in billed):
        raise periods.PeriodNotIssued()
    lines = await with_taxes(work, wanted.lines, day)
    part = _share(wanted, rhythm, base, day)
    then = {key: minor * part for key, minor in _whole(wanted, lines).items()}
    changes = rules.difference(total_rest(billed, day), then)
    if not changes:
        return None
    if rules.is_charge(changes):
        document = SimpleNamespace(lines=lines, currency=base.currency, period_to=base.period_to)
        made = figures(base.currency, lines_of(changes, document, day), {})
        return Change("invoice", base, day, made)
    return await _credited(work, billed, {key: -minor for key, minor in changes.items()}, day)


async def make_change(
    work: UnitOfWork, subscription: Subscription, change: Change, asked: parties.Parties | None
) -> None:
    """Bill it, or credit it; issued as the subscription's invoices are."""
    base, day = change.invoice, change.day
    if change.kind == "credit_note":
        values = note_of(day, base.period_to, _REASON) | {
            "lines": change.figures["lines"], "discount": None, "shipping": None,
            "subscription_id": subscription.id,
        }  # fmt: skip
        await credit_locked(work, base, values, base.id.bytes)
        return
    invoice = await make_invoice(
        work, subscription.id.bytes, **{name: getattr(subscription, name) for name in TAKEN_OVER},
        **change.figures, issue_date=day, supply_date=day,
        due_date=day + timedelta(days=subscription.due_days), subscription_id=subscription.id,
        period_from=day, period_to=base.period_to, adjusts_id=base.id,
    )  # fmt: skip
    if subscription.is_issued and asked is not None:
        await issue_draft(work, invoice, asked)


def _whole(wanted: Subscription, lines: Sequence[Json]) -> dict[Key, int]:
    shipping = Money(wanted.shipping_minor, wanted.currency).format()
    asked = {"discount": wanted.discount, "shipping": shipping}
    return rules.by_tax(figures(wanted.currency, lines, asked))


def _share(wanted: Subscription, rhythm: periods.Rhythm, base: Any, day: date) -> Fraction:
    """Of what a whole period costs, for the days from one on of the period that is billed."""
    place = wanted.next_place
    while (one := periods.period(rhythm, place)).begins > base.period_from and place:
        place -= 1
    of_whole = one.share if wanted.first_period == "prorated" else Fraction(1)
    return of_whole * rules.unused(one.begins, one.last_day, day)


async def _credited(
    work: UnitOfWork, billed: Sequence[Billed], parts: Mapping[Key, int], day: date
) -> Change:
    """Of the newest invoice that has so much left."""
    for one in reversed(billed):
        made = figures(one.invoice.currency, lines_of(parts, one.invoice, day), {})
        credited = await credited_of(work, one.invoice)
        if made["total_minor"] <= one.left_minor and not exceeded(one.invoice, parts, credited):
            return Change("credit_note", one.invoice, day, made)
    raise OverCredited()
