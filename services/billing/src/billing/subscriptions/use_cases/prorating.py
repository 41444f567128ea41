"""What is given back of a period that was billed and is not used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final, Literal

from billing.credit_notes.repository import CreditNoteRepository
from billing.credit_notes.rules import OverCredited, check_left, left_of, of_group, take
from billing.credit_notes.use_cases import credit_locked
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.rules import Status
from billing.invoices.use_cases.drafts import shorten_draft
from billing.payments.repository.payments import PaymentRepository
from billing.subscriptions import rules
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
_REST: Final = "الأيام غير المستخدمة من الفاتورة {number} · Unused days of invoice {number}"
_TOLD: Final = ("subtotal_minor", "tax_minor", "total_minor")
Key = tuple[str, str]
# A row of invoices.
Invoice = Any


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
        subtotal, tax, total = (Money(self.taken[name], currency).format() for name in _TOLD)
        return {
            "kind": self.kind, "invoice_id": self.invoice.id,
            "invoice_number": self.invoice.number, "client_id": client_id,
            "url": f"/v1/clients/{client_id}", "days_from": self.day,
            "days_to": self.invoice.period_to, "currency": currency, "subtotal": subtotal,
            "tax_total": tax, "total": total,
        }  # fmt: skip


async def unused(
    work: UnitOfWork, subscription: Subscription, day: date, *, lock: bool = False
) -> list[Given]:
    """What is given back if a subscription is over on a day, of what bills that and later days."""
    if lock:
        known = await clients.client(work, subscription.client_id)
        owner = (known and known.merged_into) or subscription.client_id
        await PaymentRepository(work).serialise(owner)
    billed = await InvoiceRepository(work).billed(
        subscription.id, subscription.client_id, day, lock=lock
    )
    # A time begins once, so there is one at most.
    found = [await _given(work, one, day) for one in billed]
    return [one for one in found if one is not None]


async def give_back(work: UnitOfWork, given: Sequence[Given]) -> None:
    """Do it; the invoices are locked."""
    for one in given:
        if one.kind == "credit_note":
            await credit_locked(work, one.invoice, one.values, one.invoice.id.bytes)
        else:
            await shorten_draft(work, one.invoice, one.values or None)


async def _given(work: UnitOfWork, invoice: Invoice, day: date) -> Given | None:
    since, until = _time(invoice)
    share = rules.unused(since, until, day)
    if invoice.status == Status.DRAFT:
        return _of_draft(invoice, day, share)
    return await _of_issued(work, invoice, day, share)


def _of_draft(draft: Invoice, day: date, share: Fraction) -> Given:
    """It is for the days before, or for none."""
    if share == 1:
        return Given("draft_removed", draft, day, {}, _figures(draft))
    kept = figures(draft.currency, draft.lines, _extras(draft))
    asked = {"lines": draft.lines, **_extras(draft)}
    part = rules.prorated(asked, kept, 1 - share)
    then = figures(draft.currency, part["lines"], part)
    then["deposit_minor"] = min(draft.deposit_minor, then["total_minor"])
    before = _figures(draft)
    taken = {name: before[name] - then[name] for name in before}
    columns = then | {"period_to": day - timedelta(days=1)}
    return Given("draft_changed", draft, day, columns, taken)


async def _of_issued(
    work: UnitOfWork, invoice: Invoice, day: date, share: Fraction
) -> Given | None:
    """By its lines where nothing was taken off it, else by its taxes, and never above what is
    left.
    """
    left = invoice.total_minor - invoice.credited_minor - invoice.written_off_minor
    if not left or not share:
        return None
    credited = await CreditNoteRepository(work).taxed(invoice.id)
    lines, extras = _by_line(invoice, share)
    taken = figures(invoice.currency, lines, extras)
    if not _fits(invoice, taken, left, credited):
        lines, extras = await _by_tax(work, invoice, credited, share)
        taken = figures(invoice.currency, lines, extras)
        if taken["total_minor"] > left:
            lines, extras = await _by_tax(
                work, invoice, credited, share * Fraction(left, taken["total_minor"])
            )
            agreed = min(left, figures(invoice.currency, lines, extras)["total_minor"])
            extras["agreed_total"] = Money(agreed, invoice.currency).format()
            taken = figures(invoice.currency, lines, extras)
    if not taken["total_minor"]:
        return None
    since, until = _time(invoice)
    said = {"since": max(day, since).isoformat(), "until": until.isoformat()}
    values = {
        "id": None, "lines": lines, "reason": _REASON.format(**said), "template_id": None,
        "external_id": None, **extras,
    }  # fmt: skip
    return Given("credit_note", invoice, day, values, {name: taken[name] for name in _TOLD})


def _by_line(invoice: Invoice, share: Fraction) -> tuple[list[Json], Json]:
    whole = {one.name: getattr(invoice, one.name) for one in fields(invoice)}
    lines = rules.credited_lines(invoice.lines, invoice.currency, share)
    return lines, rules.credited_extras(whole, lines, share)


def _fits(invoice: Invoice, taken: Json, left: int, credited: Mapping[Key, Decimal]) -> bool:
    """Whether so much is left of the invoice, of each of its taxes and of each of its lines."""
    of_lines = invoice.lines_left or left_of(invoice.lines, invoice.currency)
    try:
        if taken["total_minor"]:
            check_left(left, taken["total_minor"], invoice.taxes, credited, taken["taxes"])
        take(of_lines, taken["lines"], invoice.currency)
    except OverCredited:
        return False
    return True


async def _by_tax(
    work: UnitOfWork, invoice: Invoice, credited: Mapping[Key, Decimal], share: Fraction
) -> tuple[list[Json], Json]:
    """A line for all that is taxed alike, as far as some of it is left."""
    wanted, taxes = [], []
    for group in invoice.taxes:
        of_it = Decimal(credited.get((group["category"], group["rate"]), 0))
        whole = Money.parse(group["taxable"], invoice.currency).amount_minor
        wanted.append((whole, whole - Money.parse(f"{of_it:f}", invoice.currency).amount_minor))
        taxes.append(of_group(group, invoice.lines))
    net = invoice.subtotal_minor - invoice.discount_minor + invoice.shipping_minor
    net_left = net - await CreditNoteRepository(work).net(invoice.id)
    wanted.append((
        net - sum(whole for whole, _ in wanted), net_left - sum(left for _, left in wanted)
    ))  # fmt: skip
    parts = rules.of_groups(wanted, share)
    named = {"description": _REST.format(number=invoice.number), "quantity": "1",
             "product_id": None, "discount": None, "invoice_line": None}  # fmt: skip
    return [
        named | {"unit_price": Money(part, invoice.currency).format(), "tax_id": tax_id, "tax": tax}
        for part, (tax_id, tax) in zip(parts, [*taxes, (None, None)], strict=True)
        if part or not any(parts)
    ], {"discount": None, "shipping": None}


def _time(invoice: Invoice) -> tuple[date, date]:
    if invoice.period_from is None or invoice.period_to is None:
        raise ValueError(f"the invoice {invoice.id} bills no time")
    return invoice.period_from, invoice.period_to


def _extras(invoice: Invoice) -> Json:
    shipping = Money(invoice.shipping_minor, invoice.currency).format()
    return {"discount": invoice.discount, "shipping": shipping}


def _figures(invoice: Invoice) -> dict[str, int]:
    return {name: getattr(invoice, name) for name in _TOLD}
