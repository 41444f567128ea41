"""Shapes of loyalty: rules, redemptions and balances."""

from hashlib import sha256
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from chassis.shapes import Instant, Name, Resource, Shape
from memberships.defaults.schemas import Currency
from memberships.loyalty.rules.earning import Unit
from memberships.loyalty.rules.redeeming import Status

# With as many decimals as the currency has.
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Points = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(\.[0-9]{1,4})?$")]
Priority = Annotated[int, Field(ge=-1_000_000, le=1_000_000, strict=True)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class ExpiresAfter(Shape):
    """How long points live, from the day they were earned on."""

    unit: Unit
    count: Annotated[int, Field(ge=1, le=3_650, strict=True)]


class LoyaltyRuleCreate(Shape):
    """Clients of the category, or all, earn a point for each `amount_per_point` that is paid of an
    invoice of `minimum_spend` or more; of rules that fit the one of highest priority holds. In the
    company's currency, unless it says otherwise. Points without `expires_after` never end.
    """

    id: UUID | None = None
    name: Name
    category_id: UUID | None = None
    priority: Priority = 0
    amount_per_point: Amount
    currency: Currency | None = None
    minimum_spend: Amount = "0"
    expires_after: ExpiresAfter | None = None
    active: bool = True


class LoyaltyRuleUpdate(Shape):
    """What may change; what was earned stays as it was."""

    name: Name = "-"
    category_id: UUID | None = None
    priority: Priority = 0
    amount_per_point: Amount = "1"
    currency: Currency = "SAR"
    minimum_spend: Amount = "0"
    expires_after: ExpiresAfter | None = None
    active: bool = True


class LoyaltyRuleFilters(BaseModel):
    """How the list may be narrowed."""

    category_id: Ids = None
    active: bool | None = None


class LoyaltyRuleView(Resource):
    """Which money brings points; an inactive one brings none any more."""

    name: str
    category_id: UUID | None
    priority: int
    amount_per_point: str
    currency: str
    minimum_spend: str
    expires_after: ExpiresAfter | None
    active: bool


class RedemptionCreate(Shape):
    """So many points of a client as a discount on the draft of their invoice."""

    id: UUID | None = None
    client_id: UUID
    invoice_id: UUID
    points: Points

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class RedemptionFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    invoice_id: Ids = None
    status: Annotated[list[Status] | None, Field(max_length=6)] = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class RedemptionView(Resource):
    """Points as a discount of `amount`: `pending` until billing has answered, then `applied`, or
    `refused`, which `problem` says why. What was cancelled, or returned as the invoice is no more,
    gave the points back.
    """

    client_id: UUID
    url: str
    invoice_id: UUID
    credit_type_id: UUID
    points: str
    currency: str
    amount: str
    status: Status
    problem: dict[str, Any] | None
    created_by: str


class BalanceFilters(BaseModel):
    """Whose points."""

    client_id: Annotated[list[UUID], Field(min_length=1, max_length=200)]


class MoneyView(BaseModel):
    """An amount and its currency."""

    amount: str
    currency: str


class LoyaltyBalanceView(BaseModel):
    """A client's points: `balance` can be redeemed today, `held` waits for billing; `otherwise` is
    what came or went in other ways, so that earned − redeemed − expired + otherwise is what the
    client has. `money_value` is what the balance is worth.
    """

    client_id: UUID
    url: str
    credit_type_id: UUID
    earned: str
    redeemed: str
    expired: str
    otherwise: str
    balance: str
    held: str
    money_value: MoneyView | None
