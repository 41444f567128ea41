"""Shapes of checklist templates."""

from typing import Annotated, Any, Final
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Bilingual, NameView, Resource, Shape, View
from scheduling.checklist_templates.rules import MOST_ITEMS

_LEFT_OUT: Final = Bilingual(en="-")


class Item(Shape):
    """A step; a `required` one has to be done before the list is."""

    id: UUID | None = None
    name: Bilingual
    required: bool = False

    def stored(self) -> dict[str, Any]:
        """As it is kept."""
        return {"id": self.id, "name": self.name.stored(), "required": self.required}


Items = Annotated[list[Item], Field(min_length=1, max_length=MOST_ITEMS)]


class TemplateCreate(Shape):
    """Steps that come again; bound to a folder or a status of clients, they are begun for whoever
    enters it.
    """

    id: UUID | None = None
    name: Bilingual
    items: Items
    folder_id: UUID | None = None
    status_id: UUID | None = None
    active: bool = True


class TemplateUpdate(Shape):
    """What may change; items are given anew as a whole. What was begun stays as it is."""

    name: Bilingual = _LEFT_OUT
    items: Items = [Item(name=_LEFT_OUT)]
    folder_id: UUID | None = None
    status_id: UUID | None = None
    active: bool = True


class TemplateFilters(BaseModel):
    """How the list may be narrowed."""

    active: bool | None = None
    folder_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    status_id: Annotated[list[UUID] | None, Field(max_length=200)] = None


class ItemView(View):
    """A step."""

    id: UUID
    name: NameView
    required: bool


class TemplateView(Resource):
    """A list of steps; an inactive one is not begun any more."""

    name: NameView
    items: list[ItemView]
    folder_id: UUID | None
    status_id: UUID | None
    active: bool
