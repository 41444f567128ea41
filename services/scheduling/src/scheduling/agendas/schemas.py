"""Shapes of what is asked about what lies ahead."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from chassis.shapes import Day, Shape
from scheduling.agendas.rules import MOST_CLIENTS, MOST_STEPS, USUAL_STEPS


def _usual_for_none(most: int) -> int:
    return most or USUAL_STEPS


class StepsAsked(Shape):
    """Of which clients, and how many steps of each type."""

    client_ids: Annotated[list[UUID], Field(max_length=MOST_CLIENTS)] = []
    most: Annotated[int, Field(ge=0, le=MOST_STEPS), AfterValidator(_usual_for_none)] = USUAL_STEPS


class DayAsked(Shape):
    """Whose day; today, unless it says which."""

    user_id: UUID
    on: Day | None = None
