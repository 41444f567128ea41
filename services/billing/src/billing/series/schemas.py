"""Shapes of series."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from billing.series.rules import MOST_NUMBERS, USUAL_DIGITS, DocumentType
from chassis.shapes import Resource, Shape

# Ending in no digit: so no number of one series can read like a number of another.
Prefix = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9/_.-]{0,19}[A-Za-z/_.-]$"),
    Field(description="Letters, digits and / _ . - of ASCII; the last is no digit."),
]  # fmt: skip
Digits = Annotated[int, Field(ge=1, le=12)]
Number = Annotated[int, Field(ge=1, le=MOST_NUMBERS)]
Ids = Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)]


class SeriesCreate(Shape):
    """A series; it takes the place of the one that its document type and branch have now.

    Without a branch it is the company's own: for what has no branch, or one without a series.
    """

    id: UUID | None = None
    document_type: DocumentType
    branch_id: UUID | None = None
    prefix: Prefix
    digits: Digits = USUAL_DIGITS
    next_number: Number = 1


class SeriesUpdate(Shape):
    """What may change; prefix and next number only until the first number is given."""

    prefix: Prefix = "-"
    digits: Digits = USUAL_DIGITS
    next_number: Number = 1
    current: bool = True


class SeriesFilters(BaseModel):
    """How the list may be narrowed."""

    document_type: Annotated[list[DocumentType] | None, Field(max_length=5)] = None
    branch_id: Ids = None
    current: bool | None = None


class SeriesView(Resource):
    """A series; only the `current` one of its document type and branch gives numbers."""

    document_type: DocumentType
    branch_id: UUID | None
    prefix: str
    digits: int
    next_number: int
    current: bool
