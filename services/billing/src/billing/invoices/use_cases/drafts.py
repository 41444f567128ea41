"""What can be done with invoices that are not issued yet."""

from typing import Any, Final

from billing.defaults.use_cases import defaults
from billing.documents import rules as documents
from billing.documents.use_cases.drafting import Drafts
from billing.invoices import events, rules
from billing.invoices.repository.invoices import InvoiceRepository
from billing.invoices.tables import Invoice


def check_dates(values: dict[str, Any]) -> None:
    """Raises DueBeforeIssue."""
    documents.check_dates(values["issue_date"], values["due_date"])


DRAFTS: Final[Drafts[Invoice]] = Drafts(
    InvoiceRepository, "invoice", events.invoice_changed, rules.check_draft, check_dates, defaults
)
create_invoice = DRAFTS.create
make_invoice_of = DRAFTS.make_of
update_invoice = DRAFTS.update
delete_invoice = DRAFTS.delete
make_invoice = DRAFTS.make
# What was issued the law has kept.
forget_drafts = DRAFTS.forget
