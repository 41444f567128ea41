"""Shapes of free times."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Day


class SlotFilters(BaseModel):
    """Of which service, with whom, from which day until which, for how many.

    Without days: a week from today; `date_to` is the first day that is not asked for, a month at
    most after the first. Without `staff_id`: with everybody who does it.
    """

    service_id: UUID
    staff_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    date_from: Day | None = None
    date_to: Day | None = None
    seats: Annotated[int, Field(ge=1, le=1_000)] = 1


class SlotView(BaseModel):
    """A time that is free, and with whom."""

    starts_at: datetime
    ends_at: datetime
    seats_left: int
    staff_ids: list[UUID]


class SlotPage(BaseModel):
    """All free times, in order."""

    items: list[SlotView]
    next_cursor: str | None
