"""What others hear of invoices."""

from collections.abc import Sequence
from typing import Any, Literal

from diwan.billing.v1 import events_pb2

from billing.documents.events import amount, told
from billing.invoices.tables import Invoice
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal[
    "created", "updated", "deleted", "issued", "paid", "reopened", "balance_changed",
    "voided", "written_off", "credited", "overdue",
    "einvoice_reported", "einvoice_cleared", "einvoice_rejected", "sent", "viewed",
]  # fmt: skip


def invoice_changed(verb: Verb, invoice: Invoice, *, changed: Sequence[str] = ()) -> Event:
    """What became of an invoice: billing.invoice.issued, say."""
    payload = events_pb2.InvoiceChanged(invoice=message(invoice), changed=sorted(changed))
    kind = f"billing.invoice.{verb}"
    return event(kind, payload, invoice.id, invoice.version, client_id=invoice.client_id)


def message(invoice: Invoice) -> events_pb2.Invoice:
    """An invoice as others are told of it."""
    return events_pb2.Invoice(
        **told(invoice),
        due_date=invoice.due_date.isoformat() if invoice.due_date else "",
        paid=amount(invoice, invoice.paid_minor),
        credited=amount(invoice, invoice.credited_minor),
        written_off=amount(invoice, invoice.written_off_minor),
        balance=amount(invoice, invoice.balance_minor),
        subscription_id=str(invoice.subscription_id or ""),
        **_at_home(invoice),
        estimate_id=str(invoice.estimate_id or ""),
        order_id=str(invoice.order_id or ""),
        type=invoice.type or "invoice",
    )


def reminder_due(invoice: Invoice, **reminder: Any) -> Event:
    """Somebody is to be reminded of an invoice, by a rule."""
    payload = events_pb2.InvoiceReminderDue(invoice=message(invoice), **reminder)
    kind = "billing.invoice.reminder_due"
    return event(kind, payload, invoice.id, invoice.version, client_id=invoice.client_id)


def _at_home(invoice: Invoice) -> dict[str, Any]:
    if invoice.home_currency is None:
        return {}
    total, tax = (
        Money(minor or 0, invoice.home_currency).format()
        for minor in (invoice.home_total_minor, invoice.home_tax_minor)
    )
    return {
        "exchange_rate": invoice.exchange_rate or "", "home_currency": invoice.home_currency,
        "home_total": total, "home_tax_total": tax,
    }  # fmt: skip
