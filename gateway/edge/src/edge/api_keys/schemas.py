"""Shapes of API keys."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from chassis.shapes import Name, Resource, Shape


class ApiKeyCreate(Shape):
    """A key with some of one's own permissions; no folder means every folder."""

    name: Name
    permissions: Annotated[list[str], Field(max_length=100)]
    folder_ids: Annotated[list[UUID], Field(max_length=200)] = []


class ApiKeyView(Resource):
    """A key without its secret; `prefix` is how it begins."""

    name: str
    permissions: list[str]
    folder_ids: list[UUID]
    prefix: str
    created_by: str


class ApiKeyCreated(ApiKeyView):
    """A key with its secret, which is never shown again."""

    secret: str
