"""Shapes of what is done with credit: uses, holds, transfers, adjustments, sharing."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field, StringConstraints

from chassis.shapes import Day, Instant, Resource, Shape, View
from memberships.credit.schemas.charges import Amount, Ids, Note, Word, Words

Signed = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,9}(\.[0-9]{1,4})?$")]
HoldStatus = Literal["held", "consumed", "released"]


class UsageCreate(Shape):
    """So much of a credit type that a client has used, now unless it says when; `source` is who
    says so: manual, booking, attendance, api.
    """

    id: UUID | None = None
    client_id: UUID
    credit_type_id: UUID
    amount: Amount
    occurred_at: Instant | None = None
    note: Note | None = None
    source: Word = "manual"


class HoldCreate(Shape):
    """So much of a credit type to be kept for something."""

    id: UUID | None = None
    client_id: UUID
    credit_type_id: UUID
    amount: Amount
    note: Note | None = None
    source: Word = "manual"


class HoldConsume(Shape):
    """When what was held was used, and what for: now, unless it says so."""

    occurred_at: Instant | None = None
    note: Note | None = None


class TransferCreate(Shape):
    """So much of what a client can use today for another one, who is linked."""

    id: UUID | None = None
    from_client_id: UUID
    to_client_id: UUID
    credit_type_id: UUID
    amount: Amount
    note: Note | None = None


class AdjustmentCreate(Shape):
    """So much more, or less where it is below zero; `expires_on` is of what is more."""

    id: UUID | None = None
    client_id: UUID
    credit_type_id: UUID
    amount: Signed
    reason: Note
    expires_on: Day | None = None


class ShareCreate(Shape):
    """`with_client_id`, who is linked, uses what `client_id` has once their own is used up: of one
    credit type, or of each.
    """

    id: UUID | None = None
    client_id: UUID
    with_client_id: UUID
    credit_type_id: UUID | None = None


class UsageFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Ids = None
    credit_type_id: Ids = None
    charge_id: Ids = None
    hold_id: Ids = None
    source: Words = None
    reversed: bool | None = None
    occurred_from: AwareDatetime | None = None
    occurred_to: AwareDatetime | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class HoldFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Ids = None
    credit_type_id: Ids = None
    source: Words = None
    status: Annotated[list[HoldStatus] | None, Field(max_length=3)] = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class MoveFilters(BaseModel):
    """How the list may be narrowed; of transfers to a client as well as from them."""

    client_id: Ids = None
    credit_type_id: Ids = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class ShareFilters(BaseModel):
    """How the list may be narrowed: what a client gives, and what is given to them."""

    client_id: Ids = None
    credit_type_id: Ids = None


class PartView(View):
    """So much of a charge; of none what is owed until the next charge settles it. Of one that
    another client shares (`shared`) the id is told to who sees them.
    """

    charge_id: UUID | None
    amount: str
    shared: bool


class UsageView(Resource):
    """What was used, and which charges paid."""

    client_id: UUID
    url: str
    credit_type_id: UUID
    amount: str
    occurred_at: datetime
    note: str | None
    source: str
    hold_id: UUID | None
    reversed_at: datetime | None
    lots: list[PartView]
    created_by: str


class HoldView(Resource):
    """What is kept for something; once it is consumed, its usage says which charges paid."""

    client_id: UUID
    url: str
    credit_type_id: UUID
    amount: str
    status: HoldStatus
    note: str | None
    source: str
    lots: list[PartView]
    created_by: str


class TransferView(Resource):
    """Credit that one client, `client_id`, gave to another."""

    client_id: UUID
    from_client_id: UUID
    to_client_id: UUID
    url: str
    credit_type_id: UUID
    amount: str
    note: str | None
    created_by: str


class AdjustmentView(Resource):
    """What was put right by hand; below zero where it took, of `lots`."""

    client_id: UUID
    url: str
    credit_type_id: UUID
    amount: str
    reason: str
    lots: list[PartView]
    created_by: str


class ShareView(Resource):
    """What a client has that a linked one uses too."""

    client_id: UUID
    url: str
    with_client_id: UUID
    credit_type_id: UUID | None
    created_by: str


class EntryFilters(BaseModel):
    """How the list may be narrowed; a client merged into another is found by both ids."""

    client_id: Ids = None
    credit_type_id: Ids = None
    charge_id: Ids = None
    transaction_id: Ids = None
    account: Words = None
    on_from: date | None = None
    on_to: date | None = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class EntryView(View):
    """One side of what was posted. What a client has is above zero, where it came from below; the
    entries of a transaction come to zero. `number` counts those of a client and type, each of which
    has the hash of the one before in its own.
    """

    id: UUID
    transaction_id: UUID
    place: int
    cause: str
    account: str
    client_id: UUID
    url: str
    credit_type_id: UUID
    charge_id: UUID | None
    amount: str
    number: int
    hash: str
    on: date
    at: datetime
    created_by: str
