"""Shapes of invoicing work time."""

from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from chassis.shapes import Resource, Shape
from scheduling.time_invoices.rules import MOST_ENTRIES, State

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


def _each_once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


class TimeInvoiceCreate(Shape):
    """Which work of one client becomes lines of a draft; all with one product and tax, if any."""

    id: UUID | None = None
    time_entry_ids: Annotated[
        list[UUID], Field(min_length=1, max_length=MOST_ENTRIES), AfterValidator(_each_once)
    ]
    product_id: UUID | None = None
    tax_id: UUID | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class TimeInvoiceFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    invoice_id: Ids = None
    state: Annotated[list[State] | None, Field(max_length=4)] = None


class ProblemView(BaseModel):
    """Why billing refused it."""

    code: str
    field: str | None
    detail: str


class TimeInvoiceView(Resource):
    """What became of it: a draft, once billing has answered, or why there is none."""

    client_id: UUID
    url: str
    state: State
    entry_count: int
    invoice_id: UUID | None
    problem: ProblemView | None
    created_by: str
