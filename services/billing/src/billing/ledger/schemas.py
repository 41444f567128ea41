"""Shapes of the ledger."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing.ledger.rules import Account, DocumentType
from billing.totals.schemas import Currency
from chassis.shapes import View

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class EntryFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    account: Annotated[list[Account] | None, Field(max_length=20)] = None
    invoice_id: Ids = None
    document_id: Ids = None
    transaction_id: Ids = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    on_from: date | None = None
    on_to: date | None = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class LedgerEntryView(View):
    """One side of what was posted. What is owed to the company and what it has is above zero, what
    it owes and what it earned below; the entries of a transaction come to zero.
    """

    id: UUID
    transaction_id: UUID
    place: int
    cause: str
    account: Account
    client_id: UUID | None
    url: str | None
    document_type: DocumentType
    document_id: UUID
    currency: str
    amount: str
    on: date
    at: datetime
    created_by: str
