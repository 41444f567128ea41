"""Shapes of what other services ask for."""

from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from chassis.shapes import Day, Instant, Shape
from memberships.credit.schemas.charges import Amount, Note

Cause = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Asked(Shape):
    """So much of a type of a client, once for its cause."""

    cause: Cause
    client_id: UUID
    credit_type_id: UUID
    amount: Amount


class ReserveAsked(Asked):
    """To be kept for something."""

    note: Note | None = None


class UseAsked(ReserveAsked):
    """To be used."""

    occurred_at: Instant | None = None


class ChargeAsked(Asked):
    """To be charged."""

    starts_on: Day | None = None
    expires_on: Day | None = None
    description: Note | None = None
