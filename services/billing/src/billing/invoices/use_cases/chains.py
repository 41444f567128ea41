"""Whether the invoices of a series are as they were issued."""

from uuid import UUID

from billing.chains import rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from billing.invoices.use_cases.issuing import content
from chassis.work import UnitOfWork


async def first_broken(work: UnitOfWork, series_id: UUID) -> rules.Broken | None:
    """The first invoice of a series that was changed since it was issued, or does not follow the
    one before it; None where all is well. For who verifies the books, whoever may see them.
    """
    after = None
    async for piece in InvoiceRepository(work).chained(series_id):
        links = [_link(one) for one in piece]
        if (broken := rules.first_broken(links, after=after)) is not None:
            return broken
        after = links[-1]
    return None


def _link(invoice: Invoice) -> rules.Link:
    return rules.Link(
        invoice.id, invoice.chain_place or 0, content(invoice), invoice.content_hash or "",
        invoice.previous_hash or "",
    )  # fmt: skip
