"""Shapes of check-ins."""

from datetime import date, datetime
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Day, Instant, Name, Resource, Shape
from memberships.check_ins.rules import Result

Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class CheckInCreate(Shape):
    """Who comes in: a client, or a `code` as it is typed or read from a card: the client's code,
    its id in another system, or an address that ends with the client's id.

    Without `membership_id` the best of the client's memberships that day is taken.
    """

    id: UUID | None = None
    client_id: UUID | None = None
    code: Name | None = None
    membership_id: UUID | None = None
    occurred_at: Instant | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class CheckInFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Ids = None
    membership_id: Ids = None
    result: Annotated[list[Result] | None, Field(max_length=3)] = None
    day_from: Day | None = None
    day_to: Day | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None


class CheckInView(Resource):
    """That somebody came in, or was kept out, which `reason` says why; `day` is the company's."""

    client_id: UUID
    url: str
    membership_id: UUID | None
    membership_status: str | None
    occurred_at: datetime
    day: date
    result: Result
    reason: str | None
    credit_usage_id: UUID | None
    undone_at: datetime | None
    created_by: str
