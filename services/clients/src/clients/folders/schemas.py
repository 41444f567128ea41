"""Shapes of folders, their statuses and who has access."""

import re
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from chassis.shapes import Bilingual, Colour, NameView, Resource, Shape
from clients.folders.rules import BLUE, LAST, MOST_STATUSES
from clients.visible_fields.rules import CHOSEN, CUSTOM

Order = Annotated[int, Field(ge=0, le=10_000)]
Principal = Annotated[
    str, StringConstraints(pattern=r"^(user|team|role):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
]  # fmt: skip


_CUSTOM_KEY: Final = re.compile(rf"{CUSTOM}\.[a-z][a-z0-9_]{{0,59}}")


def _a_field(name: str) -> str:
    if name not in CHOSEN and not _CUSTOM_KEY.fullmatch(name):
        raise ValueError("This is no field that a folder can show or hide.")
    return name


FieldName = Annotated[str, AfterValidator(_a_field)]
Fields = Annotated[list[FieldName], Field(max_length=200)]

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
    """A folder; without statuses it gets one called “New”.

    `visible_fields` are shown of its clients to who does not manage it, custom fields as
    `custom_fields.<key>`, or all of them; null: those of the folder above, else everything.
    """

    id: UUID | None = None
    name: Bilingual
    parent_id: UUID | None = None
    order: Order = LAST
    statuses: list[StatusCreate] = Field([], max_length=MOST_STATUSES)
    visible_fields: Fields | None = None


class FolderUpdate(Shape):
    """What may change; statuses have paths of their own."""

    name: Bilingual = _LEFT_OUT
    parent_id: UUID | None = None
    order: Order = LAST
    visible_fields: Fields | None = None


class AccessEntry(Shape):
    """What somebody may do with the clients of a folder and of those inside it."""

    principal: Principal
    level: Literal["none", "read", "write", "manage"]


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
    visible_fields: list[str] | None
    statuses: list[StatusCount]
    client_count: int
