"""Shapes of payments and refunds."""

from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing.documents.schemas import RecordCreate
from billing.exchange_rates.schemas import ExchangeRateText
from billing.payment_providers.rules.port import RefundStatus
from billing.payments.rules import MOST_ALLOCATIONS, Method, Shown, ShownMethod
from billing.totals.schemas import Amount, Currency
from chassis.shapes import Instant, Name, Resource, Shape, Text, View

_NONE: Final[list["AllocationCreate"]] = []
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Names = Annotated[list[Name] | None, Field(max_length=200)]


class AllocationCreate(Shape):
    """So much for an invoice of the client, in the currency of the invoice. Where that is another
    one, `payment_amount` is what it takes of the payment, else what it comes to by the rates of the
    payment's day.
    """

    invoice_id: UUID
    amount: Amount
    payment_amount: Amount | None = None


Allocations = Annotated[list[AllocationCreate], Field(max_length=MOST_ALLOCATIONS)]


class AllocationsCreate(Shape):
    """What of the rest is for which invoices; `auto_allocate` spreads what is left then over what
    is owed, oldest due first.
    """

    allocations: Allocations = _NONE
    auto_allocate: bool = False


class PaymentCreate(RecordCreate, AllocationsCreate):
    """Money that came in now, unless it says when; `credit` uses what a client has left.

    What is not allocated stays the client's credit. Without a client it pays walk-in sales, as a
    whole. In another currency than the company's it is worth `exchange_rate`, how many of the
    company's one of its own is, else the rate of its day.
    """

    client_id: UUID | None = None
    amount: Amount
    currency: Currency
    method: Method
    exchange_rate: ExchangeRateText | None = None
    received_at: Instant | None = None
    reference: Name | None = None
    external_id: Name | None = None


class PaymentFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids. Those of a
    work cycle have paid any of its invoices.
    """

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    invoice_id: Ids = None
    work_cycle_id: Ids = None
    status: Annotated[list[Shown] | None, Field(max_length=6)] = None
    method: Annotated[list[ShownMethod] | None, Field(max_length=7)] = None
    payment_provider_id: Ids = None
    unallocated: bool | None = None
    refunding: bool | None = None
    currency: Annotated[list[Currency] | None, Field(max_length=200)] = None
    receipt_number: Names = None
    external_id: Names = None
    reference: Names = None
    received_at_from: AwareDatetime | None = None
    received_at_to: AwareDatetime | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class AllocationView(View):
    """So much of a payment for an invoice: `amount` in its `currency`, `payment_amount` in the
    payment's. `exchange_difference` is what was gained by it, in the company's currency, against
    what it was worth as the invoice was issued; a loss is below zero.
    """

    id: UUID
    invoice_id: UUID
    invoice_number: str | None
    currency: str
    amount: str
    payment_amount: str
    exchange_difference: str | None


class DrawView(View):
    """So much of what was left of another payment."""

    payment_id: UUID
    amount: str


class PaymentView(Resource):
    """A payment. `amount` = `allocated` + `refunded` + `used_as_credit` + `unallocated`, which is
    the client's credit; of a bounced cheque nothing is. `refunding` of it is on its way back by the
    provider who took it, and is used for nothing else. `disputed` is what the payer's bank took of
    what went back. `drawn_from` is where a payment by credit
    comes from. By the method `opening_balance` is what a client had left before, by their record.
    """

    receipt_number: str | None
    status: Shown
    method: ShownMethod
    client_id: UUID | None
    url: str | None
    currency: str
    amount: str
    allocated: str
    refunded: str
    refunding: str
    disputed: str
    used_as_credit: str
    unallocated: str
    exchange_rate: str | None
    exchange_rate_source: str | None
    exchange_rate_on: date | None
    home_currency: str | None
    home_amount: str | None
    allocations: list[AllocationView]
    drawn_from: list[DrawView]
    received_at: datetime
    reference: str | None
    payment_provider_id: UUID | None
    external_id: str | None
    created_by: str


class RefundCreate(Shape):
    """What goes back: first what no invoice took, then what was allocated last, which is owed
    again. What a provider took goes back by them: until they say that it has, it is `pending`.
    """

    id: UUID | None = None
    amount: Amount
    reason: Text | None = None


class RefundView(Resource):
    """What went back of a payment; `failure_code` is why a provider did not give it back. One with
    a `dispute_reason` was taken back by the payer's bank; once that gave it up, it has failed.
    """

    status: RefundStatus
    failure_code: str | None
    dispute_reason: str | None
    provider_refund_id: str | None
    payment_id: UUID
    client_id: UUID | None
    url: str | None
    currency: str
    amount: str
    reason: str | None
    created_by: str
