"""Shapes of expenses and incomes, which are alike."""

import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, Field

from billing.books.rules import IDS, Method
from billing.documents.rules import NOBODY
from billing.documents.schemas import Attachments, Names, RecordCreate
from billing.totals.schemas import Amount, Currency, LineTaxView
from chassis.shapes import Day, Name, Resource, Shape, Text


def _above_zero(text: str) -> str:
    if not Decimal(text):
        raise ValueError("An amount is above zero.")
    return text


Paid = Annotated[Amount, AfterValidator(_above_zero)]
Ids = Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)]


class BookEntryTold(Shape):
    """What may be left out, then and later."""

    tax_id: UUID | None = None
    entry_category_id: UUID | None = None
    client_id: UUID | None = None
    party: Name | None = None
    method: Method | None = None
    reference: Name | None = None
    notes: Text | None = None
    staff_id: UUID | None = None
    branch_id: UUID | None = None
    work_cycle_id: UUID | None = None
    external_id: Name | None = None
    attachments: Attachments = None


class BookEntryCreate(RecordCreate, BookEntryTold):
    """What was paid, with the tax in it; `party` is who was paid, or who paid.

    In the client's currency, else the company's, and dated today, unless it says otherwise.
    """

    amount: Paid
    currency: Currency | None = None
    date: Day | None = None


class BookEntryUpdate(BookEntryTold):
    """What may change."""

    amount: Paid = "1"
    currency: Currency = "SAR"
    date: Day = datetime.date.min


class BookEntryFilters(BaseModel):
    """How the list may be narrowed."""

    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    tax_id: Ids = None
    entry_category_id: Ids = None
    client_id: Ids = None
    party: Names = None
    method: Annotated[list[Method] | None, Field(max_length=5)] = None
    reference: Names = None
    staff_id: Ids = None
    branch_id: Ids = None
    work_cycle_id: Ids = None
    external_id: Names = None
    date_from: datetime.date | None = None
    date_to: datetime.date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None

    def given(self) -> dict[str, Any]:
        """The filters asked for, by name; `none` as NOBODY."""
        given = self.model_dump(exclude_none=True)
        return {
            name: [NOBODY if one == "none" else one for one in value] if name in IDS else value
            for name, value in given.items()
        }  # fmt: skip


class BookEntryView(Resource):
    """Money that went out or came in. `amount` = `net` + `tax_amount` + `rounding`: an amount with
    tax in it seldom divides without a rest.
    """

    date: datetime.date
    currency: str
    amount: str
    net: str
    tax_amount: str
    rounding: str
    tax_id: UUID | None
    tax: LineTaxView | None
    entry_category_id: UUID | None
    client_id: UUID | None
    url: str | None
    party: str | None
    method: Method | None
    reference: str | None
    notes: str | None
    staff_id: UUID | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    attachments: list[UUID]
    created_by: str


class BookEntrySumView(BaseModel):
    """What all of a currency comes to."""

    currency: str
    count: int
    amount: str
    net: str
    tax_amount: str
    rounding: str


class BookEntrySums(BaseModel):
    """The sums of what a list shows, by currency."""

    items: list[BookEntrySumView]
