"""Shapes of orders."""

from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field

from billing.documents.schemas import DocumentCreate, DocumentFilters, DocumentUpdate, DocumentView
from billing.invoices.schemas import InvoiceView
from billing.orders.rules import Shown
from chassis.shapes import Shape, Text


class OrderCreate(DocumentCreate):
    """A draft of an order.

    In the client's currency, else the company's, unless it is named; dated today unless it says
    otherwise. `discount` and `shipping` are meant without tax, and are taxed as the lines are;
    `deposit` is the part of the total that is asked for first. `supply_date` is when it is to be
    there, `due_date` that of the invoice that may be made of it.
    """


class OrderUpdate(DocumentUpdate):
    """What may change of a draft; lines are replaced as a whole."""


class OrderFilters(DocumentFilters):
    """How the list may be narrowed."""

    status: Annotated[list[Shown] | None, Field(max_length=4)] = None
    confirmed_from: AwareDatetime | None = None
    confirmed_to: AwareDatetime | None = None
    fulfilled_from: AwareDatetime | None = None
    fulfilled_to: AwareDatetime | None = None
    cancelled_from: AwareDatetime | None = None
    cancelled_to: AwareDatetime | None = None


class OrderCancelled(Shape):
    """Why it is called off."""

    reason: Text | None = None


class OrderView(DocumentView):
    """An order, and the invoice that was made of it."""

    status: Shown
    confirmed_at: AwareDatetime | None
    fulfilled_at: AwareDatetime | None
    cancelled_at: AwareDatetime | None
    cancel_reason: str | None
    invoice_id: UUID | None


class OrderInvoiceView(InvoiceView):
    """The invoice that was made of an order."""
