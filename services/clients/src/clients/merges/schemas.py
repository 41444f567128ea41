"""Shapes of merges."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field

from chassis.shapes import Name, Resource, Shape, View
from clients.clients.rules.merging import Side, may_choose
from clients.clients.schemas.records import ClientView


def _single(name: str) -> str:
    if not may_choose(name):
        raise ValueError("Of this the two clients have one value together, or each its own.")
    return name


class MergeCreate(Shape):
    """The client to merge into, and of which single values the merged client's are taken.

    Lists are joined. A single value is the survivor's where it has one, unless `fields` says
    otherwise, as `{"name": "merged", "custom_fields.size": "survivor"}`.
    """

    into_id: UUID
    fields: Annotated[
        dict[Annotated[Name, AfterValidator(_single)], Side], Field(max_length=200)
    ] = {}


class MergeFilters(BaseModel):
    """How the list may be narrowed: by the survivor."""

    client_id: UUID | None = None
    undone: bool | None = None


class MergedClientView(View):
    """The client that was merged."""

    id: UUID
    name: str
    code: str


class MergeView(Resource):
    """A merge; `client_id` and `url` are those of the survivor."""

    merge_id: UUID
    client_id: UUID
    url: str
    merged: MergedClientView
    fields: dict[str, Side]
    merged_by: str
    undone_at: datetime | None


class MergePreview(View):
    """The survivor as it would be, and the single values in which the two differ."""

    client_id: UUID
    url: str
    client: ClientView
    differing: list[str]
