"""Shapes of credit notes."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints, model_validator

from billing.documents.rules import NOBODY
from billing.einvoices.rules.states import EInvoiceStatus
from billing.invoices.schemas import EInvoiceView
from billing.totals.schemas import (
    MOST_LINES,
    Amount,
    Currency,
    DiscountCreate,
    DiscountView,
    LineCreate,
    LineView,
    TaxGroupView,
)
from chassis.shapes import Name, Resource, Shape, Text

Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]
Reason = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class CreditLineCreate(LineCreate):
    """So much of something. `invoice_line` is the place of its line on the invoice, from 0: then it
    has the tax of that, and no more of it is credited than is left of it.
    """

    invoice_line: Annotated[int, Field(ge=0, lt=MOST_LINES)] | None = None


class CreditNoteCreate(Shape):
    """What is taken off an invoice, at once and for good. Lines have the invoice's taxes, as they
    were: by `tax_id`, else that of the line they name, or of the same product. `discount` and
    `shipping` are as on it. Without `lines` it is all that is left of the invoice.
    """

    id: UUID | None = None
    lines: Annotated[list[CreditLineCreate], Field(min_length=1, max_length=MOST_LINES)] | None = (
        None
    )
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    reason: Reason
    template_id: UUID | None = None
    external_id: Name | None = None

    @model_validator(mode="after")
    def _of_lines(self) -> "CreditNoteCreate":
        if self.lines is None and (self.discount or self.shipping):
            raise ValueError("Discount and shipping are of lines: say which.")
        return self

    def values(self) -> dict[str, Any]:
        """What is written of it."""
        return self.model_dump() | self.model_dump(mode="json", include={"lines", "discount"})

    def digest(self, invoice_id: UUID) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(f"{invoice_id} {self.model_dump_json()}".encode()).digest()


class CreditNoteFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    for_client_id: Ids = None
    invoice_id: Ids = None
    subscription_id: Ids = None
    number: Names = None
    number_prefix: Name | None = None
    external_id: Names = None
    branch_id: Ids = None
    salesperson_id: Ids = None
    work_cycle_id: Ids = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    einvoice_status: Annotated[list[EInvoiceStatus] | None, Field(max_length=5)] = None
    issue_date_from: date | None = None
    issue_date_to: date | None = None
    issued_from: AwareDatetime | None = None
    issued_to: AwareDatetime | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name."""
        given = self.model_dump(exclude_none=True)
        if "client_id" in given:
            given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
        return given


class CreditLineView(LineView):
    """A line, and the place of its line on the invoice, from 0, where it names one."""

    invoice_line: int | None = None


class CreditNoteView(Resource):
    """A credit note; its figures are those of a document, and all are taken off the invoice."""

    number: str
    invoice_id: UUID
    invoice_number: str
    client_id: UUID | None
    for_client_id: UUID | None
    url: str | None
    currency: str
    issue_date: date
    reason: str
    lines: list[CreditLineView]
    discount: DiscountView | None
    shipping: str
    subtotal: str
    discount_total: str
    taxes: list[TaxGroupView]
    tax_total: str
    rounding: str
    total: str
    branch_id: UUID | None
    template_id: UUID | None
    external_id: str | None
    issued_at: datetime
    einvoice: EInvoiceView | None
    subscription_id: UUID | None
    created_by: str
