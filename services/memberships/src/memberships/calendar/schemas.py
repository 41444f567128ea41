"""Shapes of spans of time."""

from typing import Annotated

from pydantic import Field

from chassis.shapes import Shape, View
from memberships.calendar.rules import Unit


class SpanCreate(Shape):
    """So many days, weeks, months, years or Hijri months; ten years at most."""

    unit: Unit
    count: Annotated[int, Field(ge=1, le=3_660)] = 1


class SpanView(View):
    """So many days, weeks, months, years or Hijri months."""

    unit: Unit
    count: int
