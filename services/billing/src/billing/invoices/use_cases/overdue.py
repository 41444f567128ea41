"""Invoices whose due date is past, or that somebody is to be reminded of."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from billing.invoices import events
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from chassis.context import Context
from chassis.work import UnitOfWork

_MOST: Final = 500


async def tenants_with_overdue(context: Context) -> list[UUID]:
    """Companies that may have invoices to tell of; where the day begins first it is tomorrow."""
    tomorrow = context.database.clock().date() + timedelta(days=1)
    rows = await context.system.look_up("tenants_with_overdue_invoices", tomorrow)
    return [row["tenant_id"] for row in rows]


async def tell_overdue(work: UnitOfWork) -> bool:
    """Tell of some, each once, on the day of their company; whether there were any."""
    invoices = InvoiceRepository(work)
    some = await invoices.overdue(_MOST)
    for one in some:
        told = await invoices.update(one, is_overdue_told=True)
        work.publish(events.invoice_changed("overdue", told))
    return bool(some)


def tell_reminder(work: UnitOfWork, invoice: Invoice, reminder: Mapping[str, Any]) -> None:
    """Tell that a rule wants somebody to be reminded; `reminder` says which, and of when."""
    work.publish(events.reminder_due(invoice, **reminder))
