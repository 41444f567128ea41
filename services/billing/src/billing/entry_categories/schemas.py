"""Shapes of categories."""

from typing import Annotated, Final
from uuid import UUID

from pydantic import BaseModel, Field

from billing.entry_categories.rules import Kind
from chassis.shapes import Bilingual, NameView, Resource, Shape

_LEFT_OUT: Final = Bilingual(en="-")


class EntryCategoryCreate(Shape):
    """What expenses, or incomes, are counted as; its kind stays."""

    id: UUID | None = None
    kind: Kind
    name: Bilingual
    active: bool = True


class EntryCategoryUpdate(Shape):
    """What may change."""

    name: Bilingual = _LEFT_OUT
    active: bool = True


class EntryCategoryFilters(BaseModel):
    """How the list may be narrowed."""

    kind: Annotated[list[Kind] | None, Field(max_length=2)] = None
    active: bool | None = None


class EntryCategoryView(Resource):
    """A category; an inactive one is not chosen any more, and stays where it was."""

    kind: Kind
    name: NameView
    active: bool
