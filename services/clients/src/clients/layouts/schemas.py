"""Shapes of layouts."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.shapes import Bilingual, Resource, Shape, View
from clients.layouts.rules import MOST_GROUPS, SECTIONS, SectionKey

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class GroupShape(Shape):
    """A group of sections."""

    key: Key
    label: Bilingual


class SectionShape(Shape):
    """A section; without a label it has its usual one."""

    key: SectionKey
    enabled: bool = True
    group: Key | None = None
    label: Bilingual | None = None


Groups = Annotated[list[GroupShape], Field(max_length=MOST_GROUPS)]
Sections = Annotated[list[SectionShape], Field(max_length=len(SECTIONS))]


class LayoutCreate(Shape):
    """A layout of a folder and the folders inside it; sections left out are off."""

    id: UUID | None = None
    folder_id: UUID | None = None
    groups: Groups = []
    sections: Sections


class LayoutUpdate(Shape):
    """What may change; each list is replaced whole."""

    groups: Groups = []
    sections: Sections = []


class LabelView(View):
    """A label in Arabic, English or both."""

    ar: str | None = None
    en: str | None = None


class GroupView(View):
    """A group of sections."""

    key: str
    label: LabelView


class SectionView(View):
    """A section in its place; `permission` is what reading its contents asks for."""

    key: SectionKey
    enabled: bool
    group: str | None
    label: LabelView
    permission: str


class LayoutView(Resource):
    """A layout; without a folder it is that of every folder that has none."""

    folder_id: UUID | None
    groups: list[GroupView]
    sections: list[SectionView]
