"""Shapes of imports of open invoices."""

from typing import Any, Literal
from uuid import UUID

from background.imports.schemas import AskedView, Fault, ImportAccepted, MappedFields, Outcome
from billing.invoice_imports.rules import ClientKey
from billing.totals.schemas import Amount, Currency
from chassis.shapes import Day, Name, Shape, Text, View


class InvoiceImportFields(MappedFields):
    """How a file is taken in: which column is which field of an invoice that is open.

    `client.code`, `client.external_id`, `client.phone` and `client.email` say whose it is: the
    first of them that a row has. `total` and `paid`, or `balance`, say what is open. Without a
    mapping the suggested one counts.
    """

    mode: Literal["create"] = "create"


class InvoiceImportAccepted(ImportAccepted):
    """The import has begun, or its undoing; the id of an import is that of its job."""


class InvoicePreviewFields(Shape):
    """Nothing but the file."""


class InvoiceImportView(AskedView):
    """An import of open invoices: how far it is, and what was asked of it."""

    @classmethod
    def of(cls, job: Any) -> "InvoiceImportView":
        """From the job's row."""
        return cls.model_validate(cls.values_of(job))


class InvoiceRowView(View):
    """A row of the file, counted as spreadsheets do: the headings are the first."""

    row: int
    outcome: Outcome
    invoice_id: UUID | None
    client_id: UUID | None
    url: str | None
    faults: list[Fault] | None
    undone: str | None


class OpenInvoice(Shape):
    """A row that becomes an invoice of before."""

    client: ClientKey | None = None
    number: Name
    issue_date: Day
    due_date: Day | None = None
    currency: Currency | None = None
    total: Amount | None = None
    paid: Amount | None = None
    balance: Amount | None = None
    notes: Text | None = None
    external_id: Name | None = None
