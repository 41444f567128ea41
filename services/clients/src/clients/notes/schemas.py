"""Shapes of notes."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    StringConstraints,
)

from chassis.shapes import Resource, Shape, Text
from clients.notes.rules import MOST_FILES, MOST_MENTIONS


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


def _each_once(mentions: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(mentions))


Body = Annotated[Text, StringConstraints(min_length=1)]
Mentions = Annotated[
    list[UUID], Field(max_length=MOST_MENTIONS), BeforeValidator(_empty_for_null),
    AfterValidator(_each_once),
]  # fmt: skip
Authors = Annotated[list[Annotated[str, Field(max_length=100)]] | None, Field(max_length=50)]


Files = Annotated[
    list[UUID], Field(max_length=MOST_FILES), BeforeValidator(_empty_for_null),
    AfterValidator(_each_once),
]  # fmt: skip


class NoteCreate(Shape):
    """A note on a client; who is mentioned is notified, files are of the same client."""

    id: UUID | None = None
    client_id: UUID
    body: Body
    pinned: bool = False
    mentions: Mentions = []
    file_ids: Files = []


class NoteUpdate(Shape):
    """What may change; who is newly mentioned is notified."""

    body: Body = ""
    pinned: bool = False
    mentions: Mentions = []
    file_ids: Files = []


class NoteFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    author: Authors = None
    mention: Annotated[list[UUID] | None, Field(max_length=50)] = None
    pinned: bool | None = None
    created_from: AwareDatetime | None = None
    created_to: AwareDatetime | None = None


class NoteView(Resource):
    """A note on a client; `author` is the principal that wrote it, `url` is the client's."""

    client_id: UUID
    url: str
    author: str
    body: str
    pinned: bool
    mentions: list[UUID]
    file_ids: list[UUID]
