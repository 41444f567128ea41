"""Shapes of invoices."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing.invoices.rules import Shown
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

_NO_LINES: Final[list[object]] = []
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class InvoiceCreate(Shape):
    """A draft; without a client it is a walk-in sale.

    In the client's currency, else the company's, unless it is named. Dated today, and due on the
    day it is issued, unless it says otherwise. `discount` and `shipping` are meant without tax, and
    are taxed as the lines are; `deposit` is the part of the total that is asked for first.
    """

    id: UUID | None = None
    client_id: UUID | None = None
    currency: Currency | None = None
    issue_date: date | None = None
    supply_date: date | None = None
    due_date: date | None = None
    payment_terms: Name | None = None
    lines: Lines
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    deposit: Amount | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None


class InvoiceUpdate(Shape):
    """What may change of a draft; lines are replaced as a whole."""

    client_id: UUID | None = None
    currency: Currency = "SAR"
    issue_date: date = date.min
    supply_date: date | None = None
    due_date: date | None = None
    payment_terms: Name | None = None
    lines: Lines = _NO_LINES  # type: ignore[assignment]
    discount: DiscountCreate | None = None
    shipping: Amount | None = None
    deposit: Amount | None = None
    salesperson_id: UUID | None = None
    notes: Text | None = None
    terms: Text | None = None
    branch_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None


class InvoiceFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    status: Annotated[list[Shown] | None, Field(max_length=4)] = None
    number: Annotated[list[Name] | None, Field(max_length=200)] = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    branch_id: Ids = None
    salesperson_id: Ids = None
    work_cycle_id: Ids = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    issue_date_from: date | None = None
    issue_date_to: date | None = None
    due_date_from: date | None = None
    due_date_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class InvoiceView(Resource):
    """An invoice. `total` = `subtotal` − `discount_total` + `shipping` + `tax_total` + `rounding`;
    `subtotal` is the sum of the lines' nets, `discount_total` what the document's discount takes
    off, `rounding` what prices with tax in them differ from that. `overdue` is an issued one whose
    `due_date` is past where the company is.
    """

    number: str | None
    status: Shown
    client_id: UUID | None
    url: str | None
    currency: str
    issue_date: date
    supply_date: date
    due_date: date
    payment_terms: str | None
    lines: list[LineView]
    discount: DiscountView | None
    shipping: str
    deposit: str
    subtotal: str
    discount_total: str
    taxes: list[TaxGroupView]
    tax_total: str
    rounding: str
    total: str
    paid: str
    balance: str
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    issued_at: datetime | None
    created_by: str
