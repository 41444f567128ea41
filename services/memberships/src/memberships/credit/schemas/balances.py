"""Shapes of balances, what explains them, and statements."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import FIRST_DAY, LAST_DAY, Day, View
from memberships.credit.rules.lots import Status
from memberships.credit.schemas.charges import Ids
from papers.words import Language


class BalanceFilters(BaseModel):
    """Whose balances, and of which credit types."""

    client_id: UUID
    credit_type_id: Ids = None


class ExplainFilters(BaseModel):
    """Whose balance of what is explained."""

    client_id: UUID
    credit_type_id: UUID


class StatementFilters(BaseModel):
    """Whose statement, from one day (the first) to before another (the end), of which types."""

    client_id: UUID
    date_from: Day = FIRST_DAY
    date_to: Day = LAST_DAY
    credit_type_id: Ids = None


class PaperFilters(StatementFilters):
    """The same, in which language it is printed: the client's unless another is asked for."""

    lang: Language | None = None


class LotView(View):
    """What is left of a charge, and what of it is kept for something."""

    charge_id: UUID
    status: Status
    remaining: str
    held: str
    starts_on: date
    expires_on: date | None


class BalanceView(View):
    """What a client has of a credit type: `balance` can be used today, below zero where it is owed
    (`overdrawn`); of it `expiring_soon` ends within the days of the type. `held` is kept for
    something, and linked clients share what can be used of `shared` once the own is used up.
    """

    client_id: UUID
    url: str
    credit_type_id: UUID
    balance: str
    held: str
    overdrawn: str
    expiring_soon: str
    shared: str
    lots: list[LotView]


class FactSourceView(View):
    """What a fact follows from."""

    type: str
    id: UUID
    url: str


class FactTextView(View):
    """A fact in Arabic and in English."""

    ar: str
    en: str


class FactView(View):
    """One fact: what it adds, and what the client has after it, kept for something or not."""

    kind: str
    text: FactTextView
    amount: str | None
    balance: str | None
    at: datetime | None
    by: str | None
    source: FactSourceView | None


class ExplanationView(View):
    """Why a client can use so much today: what was posted, oldest first, then how it stands."""

    client_id: UUID
    url: str
    credit_type_id: UUID
    balance: str
    steps: list[FactView]


class StatementTypeView(View):
    """What came and went of a credit type: what the client had before is `opening`, and with what
    was issued, adjusted and transferred, less what was used, expired and refunded, it comes to
    `closing`, what is kept for something too.
    """

    credit_type_id: UUID
    opening: str
    issued: str
    used: str
    expired: str
    refunded: str
    adjusted: str
    transferred: str
    closing: str
    lines: Annotated[list[FactView], Field(description="Oldest first.")]


class StatementView(View):
    """A statement of credit by date; `is_whole` unless there is more in these days."""

    client_id: UUID
    url: str
    date_from: date
    date_to: date
    is_whole: bool
    credit_types: list[StatementTypeView]
