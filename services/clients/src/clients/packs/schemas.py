"""Shapes of industry packs: what their files hold, and what is told of them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from chassis.shapes import Bilingual, Colour, NameView, Shape, View
from clients.categories.schemas import CategoryCreate
from clients.custom_fields.schemas import CustomFieldCreate, Key
from clients.folders.schemas import FolderCreate
from clients.follow_up_statuses.schemas import FollowUpStatusCreate
from clients.packs.rules import Kind


class TagPart(Shape):
    """A tag; it is given its name in the company's language."""

    name: Bilingual
    color: Colour

    @property
    def key(self) -> str:
        """What the pack knows it by."""
        return self.name.en or ""


class CategoryPart(CategoryCreate):
    """A category, by the key that the pack knows it by."""

    key: Key


class FollowUpStatusPart(FollowUpStatusCreate):
    """A follow-up status, by the key that the pack knows it by."""

    key: Key


class FolderPart(FolderCreate):
    """A folder, by the key that the pack knows it by."""

    key: Key


class CustomFieldPart(CustomFieldCreate):
    """A custom field; `folders` are the pack's own by their keys, `group` has both languages."""

    folders: list[Key]
    group: Bilingual  # type: ignore[assignment]


class Pack(Shape):
    """An industry pack as its file tells it."""

    name: Key
    title: Bilingual
    description: Bilingual
    tags: list[TagPart]
    categories: list[CategoryPart]
    follow_up_statuses: list[FollowUpStatusPart]
    folders: list[FolderPart]
    custom_fields: list[CustomFieldPart]


class PartView(View):
    """One thing of a pack; `id` where the company has it from this pack."""

    kind: Kind
    key: str
    name: NameView
    id: UUID | None = None


class PackView(View):
    """An industry pack, and whether the company has it."""

    name: str
    title: NameView
    description: NameView
    installed: bool
    installed_at: datetime | None
    parts: list[PartView]


class KeptView(View):
    """Something that stays because clients have it."""

    kind: Kind
    key: str
    id: UUID
    reason: Literal["in_use"] = "in_use"


class UninstalledView(View):
    """What went with a pack, and what stays."""

    name: str
    removed: Annotated[int, Field(ge=0)]
    kept: list[KeptView]
