"""Shapes of segments."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from pydantic import ConfigDict, Field, model_validator

from chassis.shapes import Name, Resource, Shape, View
from clients.clients.schemas.filters import ClientFilters
from clients.clients.schemas.records import ClientView

Values = Annotated[list[Annotated[str, Field(max_length=200)]], Field(max_length=200)]
_NULL = b"\\u0000"


class SegmentFilter(ClientFilters):
    """The parameters of the list of clients; `custom.<key>` are custom fields."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Values]

    @model_validator(mode="before")
    @classmethod
    def _without_null_characters(cls, value: Any) -> Any:
        if _NULL in orjson.dumps(value, default=str):
            raise ValueError("A text may not hold a null character.")
        return value

    def stored(self) -> dict[str, Any]:
        """What was asked for, as kept in a JSON column."""
        return self.model_dump(mode="json", exclude_none=True, exclude_unset=True)


class SegmentCreate(Shape):
    """A segment; one that is shared is everybody's, for the clients that each of them sees."""

    id: UUID | None = None
    name: Name
    filter: SegmentFilter = SegmentFilter()
    shared: bool = False


class SegmentUpdate(Shape):
    """What may change; the filter is replaced whole."""

    name: Name = ""
    filter: SegmentFilter = SegmentFilter()
    shared: bool = False


class SegmentView(Resource):
    """A segment; `author` is the principal that saved it."""

    name: str
    filter: dict[str, Any]
    shared: bool
    author: str


class SegmentCount(View):
    """How many clients of a segment the caller sees."""

    count: int


class SegmentClientView(ClientView):
    """A client of a segment, as in the list of clients."""
