"""Shapes of charges."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from chassis.shapes import Day, Name, Resource, Shape, Text
from memberships.credit.rules.lots import Status

# With as many decimals as the credit type has, which is known where it is.
Amount = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,4})?$")]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
Note = Annotated[Text, StringConstraints(strip_whitespace=True, min_length=1, max_length=2_000)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")]
Words = Annotated[list[Word] | None, Field(max_length=20)]


class ChargeCreate(Shape):
    """So much of a credit type for a client: from today, unless it says when, until the end of
    `expires_on`, else for ever. One that is `stopped` is used once it is resumed.
    """

    id: UUID | None = None
    client_id: UUID
    credit_type_id: UUID
    amount: Amount
    starts_on: Day | None = None
    expires_on: Day | None = None
    description: Note | None = None
    stopped: bool = False


class ChargeExtend(Shape):
    """The last day on which it can be used; null: it never ends."""

    expires_on: Day | None


class ChargeRefund(Shape):
    """How much of what is unused; all of it, unless given."""

    amount: Amount | None = None


class ChargeFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Ids = None
    credit_type_id: Ids = None
    package_id: Ids = None
    source: Words = None
    external_id: Annotated[list[Name] | None, Field(max_length=200)] = None
    status: Annotated[list[Status] | None, Field(max_length=7)] = None
    remaining: bool | None = None
    starts_on_from: date | None = None
    starts_on_to: date | None = None
    expires_on_from: date | None = None
    expires_on_to: date | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class ChargeView(Resource):
    """A charge: `remaining` and `held` of its `amount` are the client's; what is missing was used,
    refunded, transferred, taken by an adjustment, or lost as it ended.
    """

    client_id: UUID
    url: str
    credit_type_id: UUID
    package_id: UUID | None
    status: Status
    amount: str
    remaining: str
    held: str
    starts_on: date
    expires_on: date | None
    stopped_at: datetime | None
    description: str | None
    source: str
    external_id: str | None
    created_by: str
