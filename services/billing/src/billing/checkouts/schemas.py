"""Shapes of checkouts."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field

from billing.checkouts.rules import Shown
from billing.payment_providers.rules.port import Kind
from billing.totals.schemas import Amount
from chassis.shapes import Resource, Shape, View

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class CheckoutCreate(Shape):
    """All that is left to be paid unless it says how much; by the first provider that is switched
    on unless it names one.
    """

    amount: Amount | None = None
    payment_provider_id: UUID | None = None


class PublicCheckoutCreate(Shape):
    """All that is left to be paid, unless it is what is left of the deposit."""

    amount: Amount | None = None


class CheckoutFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    invoice_id: Ids = None
    payment_id: Ids = None
    payment_provider_id: Ids = None
    status: Annotated[list[Shown] | None, Field(max_length=6)] = None
    disputed: bool | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None
    updated_from: AwareDatetime | None = None
    updated_to: AwareDatetime | None = None


class DisputeView(View):
    """The payer's bank wants money back: `status`, `reason` as the provider calls them."""

    id: str
    status: str
    reason: str
    amount: str


class CheckoutView(Resource):
    """A try to pay an invoice online. `failed` can be tried again, `failure_code` is why it did;
    `refunded` is one of which all went back. `payment_id` is what was received by it.
    """

    status: Shown
    client_id: UUID | None
    url: str | None
    invoice_id: UUID
    payment_provider_id: UUID
    currency: str
    amount: str
    intent_id: str | None
    failure_code: str | None
    payment_id: UUID | None
    dispute: DisputeView | None
    created_by: str


class CheckoutStarted(CheckoutView):
    """A checkout, and what a page finishes it with: the provider's own page parts take both."""

    kind: Kind
    publishable_key: str
    client_secret: str


class PublicCheckoutView(View):
    """What a client has begun to pay an invoice with."""

    status: Shown
    currency: str
    amount: str
    failure_code: str | None


class PublicCheckoutStarted(PublicCheckoutView):
    """The same, and what a page finishes it with."""

    kind: Kind
    publishable_key: str
    client_secret: str


class NoticeTaken(View):
    """A provider's event was understood, or is nothing to us."""

    received: bool
