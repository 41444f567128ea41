"""What others hear of invoices."""

from collections.abc import Sequence
from typing import Literal

from diwan.billing.v1 import events_pb2

from billing.invoices import rules
from billing.invoices.tables import Invoice
from chassis.events import Event, event
from chassis.money import Money

Verb = Literal["created", "updated", "deleted", "issued", "paid"]


def invoice_changed(verb: Verb, invoice: Invoice, *, changed: Sequence[str] = ()) -> Event:
    """billing.invoice.created, updated, deleted, issued or paid."""
    payload = events_pb2.InvoiceChanged(
        invoice=events_pb2.Invoice(
            id=str(invoice.id), version=invoice.version, client_id=str(invoice.client_id or ""),
            number=invoice.number or "", status=invoice.status, currency=invoice.currency,
            issue_date=invoice.issue_date.isoformat(),
            due_date=invoice.due_date.isoformat() if invoice.due_date else "",
            subtotal=_amount(invoice, invoice.subtotal_minor),
            tax_total=_amount(invoice, invoice.tax_minor),
            total=_amount(invoice, invoice.total_minor),
            paid=_amount(invoice, rules.PAID_MINOR),
            balance=_amount(invoice, invoice.total_minor - rules.PAID_MINOR),
            salesperson_id=str(invoice.salesperson_id or ""),
            branch_id=str(invoice.branch_id or ""),
            work_cycle_id=str(invoice.work_cycle_id or ""),
            external_id=invoice.external_id or "",
        ),
        changed=sorted(changed),
    )  # fmt: skip
    kind = f"billing.invoice.{verb}"
    return event(kind, payload, invoice.id, invoice.version, client_id=invoice.client_id)


def _amount(invoice: Invoice, minor: int) -> str:
    return Money(minor, invoice.currency).format()
