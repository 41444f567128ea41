"""An invoice goes to its client, or a link to it is made."""

from datetime import datetime
from typing import Final
from uuid import UUID

from billing.einvoices.rules.states import check_not_rejected
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository, found_by
from billing.invoices.tables import Invoice
from billing.links.use_cases import giving, mailing
from billing.links.use_cases.giving import Given, Kind
from chassis.events import Event
from chassis.links import Channel
from chassis.work import UnitOfWork


def _updated(invoice: Invoice, changed: list[str]) -> Event:
    return events.invoice_changed("updated", invoice, changed=changed)


LINKED: Final[Kind[Invoice]] = Kind(
    name="invoice", path="/v1/public/invoices", repository=InvoiceRepository, found_by=found_by,
    letters=rules.LETTERS, nowhere=rules.InvoiceLinkNotFound, updated=_updated,
)  # fmt: skip


async def send_invoice(
    work: UnitOfWork, invoice_id: UUID, channel: Channel | None, ends: datetime | None,
    message: str | None,
) -> Given:  # fmt: skip
    """Give an issued invoice a link for its client, mailed where that is possible.

    A link that was given out before leads nowhere any more.
    """
    invoices = InvoiceRepository(work)
    known = await invoices.get_for_update(invoice_id)
    rules.check_invoice(known.type)
    rules.check_sendable(known.status, known.number)
    check_not_rejected(known.einvoice)
    given = await giving.give(work, known, channel, ends)
    sent = await invoices.update(known, sent_at=work.now, **given.columns)
    work.publish(events.invoice_changed("sent", sent))
    if given.channel == "email":
        mailing.enqueue(work, LINKED, sent, given.token, message or "")
    return given


async def make_link(work: UnitOfWork, invoice_id: UUID, ends: datetime | None) -> Given:
    """A link to an issued invoice, to be handed over by whoever asks."""
    invoices = InvoiceRepository(work)
    known = await invoices.get_for_update(invoice_id)
    rules.check_invoice(known.type)
    rules.check_sendable(known.status, known.number)
    check_not_rejected(known.einvoice)
    given = await giving.give(work, known, "link", ends)
    changed = await invoices.update(known, **given.columns)
    work.publish(events.invoice_changed("updated", changed, changed=["link_expires_at"]))
    return given


async def forget_links(work: UnitOfWork, client_id: UUID) -> None:
    """Nobody looks at the invoices of a client who is erased by their links any more."""
    await InvoiceRepository(work).forget_links(client_id)


async def view(work: UnitOfWork, invoice: Invoice) -> None:
    """Its client looks at an invoice, which is locked; the first time is told."""
    invoices = InvoiceRepository(work)
    if invoice.viewed_at is None:
        viewed = await invoices.update(invoice, viewed_at=work.now)
        work.publish(events.invoice_changed("viewed", viewed))
    await invoices.count_view(invoice.id)
