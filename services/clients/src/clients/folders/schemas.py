"""Shapes of folders, their statuses and who has access."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.shapes import Bilingual, Colour, Resource, Shape, View
from clients.folders.rules import BLUE, LAST, MOST_STATUSES

Order = Annotated[int, Field(ge=0, le=10_000)]
Principal = Annotated[
    str, StringConstraints(pattern=r"^(user|team|role):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]  # fmt: skip


# Stands where a PATCH leaves a name out; it is never stored.
_LEFT_OUT = Bilingual(en="-")


class StatusCreate(Shape):
    """A status; without `order` it comes last."""

    id: UUID | None = None
    name: Bilingual
    color: Colour = BLUE
    order: Order = LAST
    is_default: bool = False
    is_closed: bool = False


class StatusUpdate(Shape):
    """What may change; another one becomes the default by `is_default: true`."""

    name: Bilingual = _LEFT_OUT
    color: Colour = BLUE
    order: Order = LAST
    is_default: Literal[True] = True
    is_closed: bool = False


class FolderCreate(Shape):
    """A folder; without statuses it gets one called “New”."""

    id: UUID | None = None
    name: Bilingual
    parent_id: UUID | None = None
    order: Order = LAST
    statuses: list[StatusCreate] = Field([], max_length=MOST_STATUSES)


class FolderUpdate(Shape):
    """What may change; statuses have paths of their own."""

    name: Bilingual = _LEFT_OUT
    parent_id: UUID | None = None
    order: Order = LAST


class AccessEntry(Shape):
    """What somebody may do with the clients of a folder and of those inside it."""

    principal: Principal
    level: Literal["none", "read", "write", "manage"]


class NameView(View):
    """A name in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class StatusView(Resource):
    """A status of a folder."""

    folder_id: UUID
    name: NameView
    color: str
    order: int
    is_default: bool
    is_closed: bool


class StatusCount(StatusView):
    """A status, and how many clients that you see have it."""

    client_count: int


class FolderView(Resource):
    """A folder with its statuses; counts are over the clients that you see."""

    name: NameView
    parent_id: UUID | None
    order: int
    statuses: list[StatusCount]
    client_count: int
