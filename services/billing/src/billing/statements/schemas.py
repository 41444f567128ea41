"""Shapes of statements."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from billing.statements.rules import Format
from billing.totals.schemas import Currency
from chassis.shapes import Day, View
from papers.words import Language


class StatementQuery(BaseModel):
    """Of whom, of which days (`date_to` is the first one after them), and how it is given.

    `format` is otherwise taken from `Accept`. A page of JSON has `limit` movements at most; a PDF
    5,000 in all, and a CSV as many as there are. With `rollup` (and `clients:read`) it is of the
    client and of all below it that you see, as one account.
    """

    client_id: UUID
    rollup: bool = False
    date_from: Day | None = None
    date_to: Day | None = None
    currency: Currency | None = None
    format: Format | None = None
    lang: Language | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class PositionView(View):
    """What a client owes, what they have left of payments, and the difference."""

    due: str
    credit: str
    balance: str


class AgeingView(View):
    """What is due in the end, by how many days it is past its due date; together it is `due`."""

    current: str
    days_1_30: str
    days_31_60: str
    days_61_90: str
    days_over_90: str


class SummaryView(View):
    """One currency: the balance before, what was `charged` to it and `settled` of it, and after."""

    currency: str
    opening: PositionView
    charged: str
    settled: str
    closing: PositionView
    ageing: AgeingView


class MovementView(View):
    """What was posted at once of what a client owes (`due`) and has left (`credit`). `amount` is
    by what the balance changed, `balance` what it was then: below zero in the client's favour. An
    allocation uses credit for what is due, and leaves the balance as it is. Of whose `client_name`
    it is with `rollup` alone, and then `balance` is that of all.
    """

    transaction_id: UUID
    client_id: UUID
    url: str
    client_name: str | None
    on: date
    at: datetime
    event: str
    invoice_id: UUID | None
    invoice_number: str | None
    payment_id: UUID | None
    receipt_number: str | None
    credit_note_id: UUID | None
    credit_note_number: str | None
    currency: str
    due: str
    credit: str
    amount: str
    balance: str


class StatementView(View):
    """What became of a client's account, with those merged into it, by currency and oldest first.

    `as_of` is the day by which the ageing is counted: the last of the statement, at most today.
    """

    client_id: UUID
    url: str
    date_from: date | None
    date_to: date | None
    as_of: date
    summaries: list[SummaryView]
    items: list[MovementView]
    next_cursor: str | None
