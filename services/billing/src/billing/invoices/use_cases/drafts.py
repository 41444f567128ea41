"""What can be done with invoices that are not issued yet."""

from typing import Any, Final

from billing.defaults.use_cases import asked, defaults
from billing.documents import rules as documents
from billing.documents.use_cases.drafting import Drafts
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice
from chassis.work import UnitOfWork

Json = dict[str, Any]


def check_dates(values: dict[str, Any]) -> None:
    """Raises DueBeforeIssue."""
    documents.check_dates(values["issue_date"], values["due_date"])


DRAFTS: Final[Drafts[Invoice]] = Drafts(
    InvoiceRepository,
    "invoice",
    events.invoice_changed,
    rules.check_draft,
    check_dates,
    defaults,
    asked,
)
create_invoice = DRAFTS.create
make_invoice_of = DRAFTS.make_of
update_invoice = DRAFTS.update
delete_invoice = DRAFTS.delete
make_invoice = DRAFTS.make


async def shorten_draft(work: UnitOfWork, draft: Invoice, columns: Json | None) -> None:
    """Have a locked draft bill a part of its time; None: nothing of it, so it is removed."""
    invoices = InvoiceRepository(work)
    if columns is None:
        await invoices.delete(draft)
        work.publish(events.invoice_changed("deleted", draft))
        return
    changed = await invoices.update(draft, **columns)
    names = ["deposit", "discount", "lines", "period_to", "shipping"]
    work.publish(events.invoice_changed("updated", changed, changed=names))


# What was issued the law has kept.
forget_drafts = DRAFTS.forget
