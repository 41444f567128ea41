"""Shapes of credit notes."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from billing.documents.rules import NOBODY
from billing.totals.schemas import (
    Amount,
    Currency,
    DiscountCreate,
    DiscountView,
    Lines,
    LineView,
    TaxGroupView,
)
from chassis.shapes import Name, Resource, Shape, Text

Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]
Reason = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]


class CreditNoteCreate(Shape):
    """What is taken off an invoice, at once and for good. Lines have the invoice's taxes, as they
    were: by `tax_id`, else that of the same product. `discount` and `shipping` are as on it.
    """

    id: UUID | None = None
    lines: Lines
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    reason: Reason
    external_id: Name | None = None

    def values(self) -> dict[str, Any]:
        """What is written of it."""
        return self.model_dump() | self.model_dump(mode="json", include={"lines", "discount"})

    def digest(self, invoice_id: UUID) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(f"{invoice_id} {self.model_dump_json()}".encode()).digest()


class CreditNoteFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    invoice_id: Ids = None
    number: Names = None
    external_id: Names = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    issue_date_from: date | None = None
    issue_date_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name."""
        given = self.model_dump(exclude_none=True)
        if "client_id" in given:
            given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
        return given


class CreditNoteView(Resource):
    """A credit note; its figures are those of a document, and all are taken off the invoice."""

    number: str
    invoice_id: UUID
    invoice_number: str
    client_id: UUID | None
    url: str | None
    currency: str
    issue_date: date
    reason: str
    lines: list[LineView]
    discount: DiscountView | None
    shipping: str
    subtotal: str
    discount_total: str
    taxes: list[TaxGroupView]
    tax_total: str
    rounding: str
    total: str
    branch_id: UUID | None
    external_id: str | None
    issued_at: datetime
    created_by: str
