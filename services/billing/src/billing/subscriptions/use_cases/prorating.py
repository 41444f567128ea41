"""What is given back of a period that was billed and is not used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from billing.credit_notes.repository import CreditNoteRepository
from billing.credit_notes.rules import OverCredited, left_of, of_group, take
from billing.credit_notes.use_cases import credit_locked
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status
from billing.invoices.use_cases.drafts import shorten_draft
from billing.payments.repository.payments import PaymentRepository
from billing.subscriptions.rules import prorating as rules
from billing.subscriptions.rules.prorating import NO_TAX, Key
from billing.subscriptions.tables import Subscription
from billing.totals.rules.written import figures
from chassis.money import Money
from chassis.work import UnitOfWork
from refs import clients

Json = dict[str, Any]
_REASON: Final = (
    "أيام غير مستخدمة من الاشتراك: من {since} إلى {until}"
    " · Unused days of the subscription: {since} to {until}"
)
_REST: Final = "الاشتراك من {since} إلى {until} · Subscription, {since} to {until}"
TOLD: Final = ("subtotal_minor", "tax_minor", "total_minor")
# Rows of invoices and credit notes.
Invoice = Any
CreditNote = Any


@dataclass(frozen=True, slots=True)
class Billed:
    """What bills a time of a subscription, with the credit notes that changed its days."""

    invoice: Invoice
    notes: Sequence[CreditNote]

    @property
    def left_minor(self) -> int:
        """What may still be credited."""
        one = self.invoice
        left: int = one.total_minor - one.credited_minor - one.written_off_minor
        return left

    def rest(self, day: date) -> dict[Key, Fraction]:
        """What it bills of a day and the later ones, without tax, by what is taxed alike."""
        since, until = self.invoice.period_from, self.invoice.period_to
        credited = [
            (rules.by_tax(row(one)), rules.unused(one.issue_date, until, day))
            for one in self.notes
        ]  # fmt: skip
        share = rules.unused(since, until, day)
        return rules.rest_of(rules.by_tax(row(self.invoice)), share, credited)


@dataclass(frozen=True, slots=True)
class Given:
    """What is given back of one invoice: by a credit note, which says `values` and comes to
    `taken`; of a draft by `values`, which are its columns then, or by its end.
    """

    kind: Literal["credit_note", "draft_changed", "draft_removed"]
    invoice: Invoice
    day: date
    values: Json
    taken: Json

    def told(self) -> Json:
        """As it is shown."""
        currency, client_id = self.invoice.currency, self.invoice.client_id
        subtotal, tax, total = (Money(self.taken[name], currency).format() for name in TOLD)
        return {
            "kind": self.kind, "invoice_id": self.invoice.id,
            "invoice_number": self.invoice.number, "client_id": client_id,
            "url": f"/v1/clients/{client_id}", "days_from": self.day,
            "days_to": self.invoice.period_to, "currency": currency, "subtotal": subtotal,
            "tax_total": tax, "total": total,
        }  # fmt: skip


async def billed_on(
    work: UnitOfWork, subscription: Subscription, day: date, *, lock: bool
) -> list[Billed]:
    """What bills a time of a subscription with this day in it, newest last; locked, if it is,
    after the client's money.
    """
    if lock:
        known = await clients.client(work, subscription.client_id)
        owner = (known and known.merged_into) or subscription.client_id
        await PaymentRepository(work).serialise(owner)
    found = await InvoiceRepository(work).billed(
        subscription.id, subscription.client_id, day, lock=lock
    )
    notes = await CreditNoteRepository(work).of_subscriptions([one.id for one in found])
    return [Billed(one, [note for note in notes if note.invoice_id == one.id]) for one in found]


async def unused(
    work: UnitOfWork, subscription: Subscription, day: date, *, lock: bool = False
) -> list[Given]:
    """What is given back if a subscription is over on a day, of what bills that and later days."""
    billed = await billed_on(work, subscription, day, lock=lock)
    issued = [one for one in billed if one.invoice.status != Status.DRAFT]
    found = [_of_draft(one.invoice, day) for one in billed if one not in issued]
    if not any(one.notes for one in issued):
        return found + [one for one in [await _by_line(work, one, day) for one in issued] if one]
    # What was credited of one may be what another one bills: only what they come to is given back.
    left = total_rest(issued, day)
    for one in reversed(issued):
        wanted = {key: max(min(minor, left[key]), Fraction(0))
                  for key, minor in one.rest(day).items()}  # fmt: skip
        left |= {key: left[key] - minor for key, minor in wanted.items()}
        if (given := await _by_tax(work, one, wanted, day)) is not None:
            found.append(given)
    return found


def total_rest(billed: Sequence[Billed], day: date) -> dict[Key, Fraction]:
    """What all of them bill of a day and the later ones."""
    found: dict[Key, Fraction] = {}
    for one in billed:
        for key, minor in one.rest(day).items():
            found[key] = found.get(key, Fraction(0)) + minor
    return found


async def give_back(
    work: UnitOfWork, subscription: Subscription, given: Sequence[Given]
) -> None:  # fmt: skip
    """Do it; the invoices are locked."""
    for one in given:
        if one.kind == "credit_note":
            values = one.values | {"subscription_id": subscription.id}
            await credit_locked(work, one.invoice, values, one.invoice.id.bytes)
        else:
            await shorten_draft(work, one.invoice, one.values or None)


def _of_draft(draft: Invoice, day: date) -> Given:
    """It is for the days before, or for none."""
    before = {name: getattr(draft, name) for name in TOLD}
    share = rules.unused(draft.period_from, draft.period_to, day)
    if share == 1:
        return Given("draft_removed", draft, day, {}, before)
    shipping = Money(draft.shipping_minor, draft.currency).format()
    asked = {"lines": draft.lines, "discount": draft.discount, "shipping": shipping}
    part = rules.prorated(asked, figures(draft.currency, draft.lines, asked), 1 - share)
    then = figures(draft.currency, part["lines"], part)
    then["deposit_minor"] = min(draft.deposit_minor, then["total_minor"])
    taken = {name: before[name] - then[name] for name in before}
    columns = then | {"period_to": day - timedelta(days=1)}
    return Given("draft_changed", draft, day, columns, taken)


async def _by_line(work: UnitOfWork, billed: Billed, day: date) -> Given | None:
    """By its lines where nothing was taken off it, else by its taxes, and never above what is
    left.
    """
    invoice = billed.invoice
    share = rules.unused(invoice.period_from, invoice.period_to, day)
    lines = rules.credited_lines(invoice.lines, invoice.currency, share)
    values = {"lines": lines, **rules.credited_extras(row(invoice), lines, share)}
    taken = figures(invoice.currency, lines, values)
    if not _fits(billed, taken, await credited_of(work, invoice)):
        return await _by_tax(work, billed, billed.rest(day), day)
    return _noted(invoice, day, values, taken)


def _noted(invoice: Invoice, day: date, values: Json, taken: Json) -> Given | None:
    if not taken["total_minor"]:
        return None
    said = values | note_of(day, invoice.period_to, _REASON)
    return Given("credit_note", invoice, day, said, {name: taken[name] for name in TOLD})


def _fits(billed: Billed, taken: Json, credited: Mapping[Key, int]) -> bool:
    """Whether so much is left of the invoice, of each of its taxes and of each of its lines."""
    invoice, left = billed.invoice, billed.left_minor
    of_lines = invoice.lines_left or left_of(invoice.lines, invoice.currency)
    try:
        take(of_lines, taken["lines"], invoice.currency)
    except OverCredited:
        return False
    return taken["total_minor"] <= left and not exceeded(invoice, rules.by_tax(taken), credited)


async def _by_tax(
    work: UnitOfWork, billed: Billed, wanted: Mapping[Key, Fraction], day: date
) -> Given | None:
    """A line for all that is taxed alike, as far as some of it is left."""
    invoice, left = billed.invoice, billed.left_minor
    whole, credited = rules.by_tax(row(invoice)), await credited_of(work, invoice)
    parts = {
        key: max(min(int(minor), whole.get(key, 0) - credited.get(key, 0)), 0)
        for key, minor in wanted.items()
    }  # fmt: skip
    lines = lines_of(parts, invoice, day)
    values: Json = {"lines": lines, "discount": None, "shipping": None}
    taken = figures(invoice.currency, lines, values)
    if taken["total_minor"] > left:
        # Some was written off: as much less of each.
        part = Fraction(left, taken["total_minor"])
        lines = lines_of({key: int(minor * part) for key, minor in parts.items()}, invoice, day)
        agreed = min(left, figures(invoice.currency, lines, {})["total_minor"])
        values |= {"lines": lines, "agreed_total": Money(agreed, invoice.currency).format()}
        taken = figures(invoice.currency, lines, values)
    return _noted(invoice, day, values, taken)


async def credited_of(work: UnitOfWork, invoice: Invoice) -> dict[Key, int]:
    """What was credited of an invoice without tax, by what is taxed alike."""
    notes = CreditNoteRepository(work)
    found: dict[Key, int] = {}
    for (category, rate), taxable in (await notes.taxed(invoice.id)).items():
        minor = Money.parse(f"{taxable:f}", invoice.currency).amount_minor
        found[category, str(Decimal(rate).normalize())] = minor
    return found | {NO_TAX: await notes.net(invoice.id) - sum(found.values())}


def exceeded(
    invoice: Invoice, taken: Mapping[Key, int], credited: Mapping[Key, int]
) -> bool:  # fmt: skip
    """Whether less is left of what is taxed alike than is taken."""
    whole = rules.by_tax(row(invoice))
    return any(
        minor > whole.get(key, 0) - credited.get(key, 0) for key, minor in taken.items() if minor
    )


def lines_of(parts: Mapping[Key, int], document: Any, day: date) -> list[Json]:
    """A line for each part of what is taxed alike, with the tax that the document has for it."""
    said = {"since": day.isoformat(), "until": document.period_to.isoformat()}
    named: Json = {"description": _REST.format(**said), "quantity": "1", "product_id": None,
             "discount": None, "invoice_line": None}  # fmt: skip
    lines = []
    some = {key: minor for key, minor in parts.items() if minor} or {NO_TAX: 0}
    for (category, rate), minor in some.items():
        group: Json = {"category": category, "rate": rate}
        tax_id, tax = of_group(group, document.lines) if category else (None, None)
        price = Money(minor, document.currency).format()
        lines.append(named | {"unit_price": price, "tax_id": tax_id, "tax": tax})
    return lines


def note_of(day: date, until: date, reason: str) -> Json:
    """What a credit note says besides its figures."""
    said = {"since": day.isoformat(), "until": until.isoformat()}
    return {"id": None, "reason": reason.format(**said), "template_id": None, "external_id": None}


def row(document: Any) -> Json:
    """A row by the names of its columns."""
    return {one.name: getattr(document, one.name) for one in fields(document)}
