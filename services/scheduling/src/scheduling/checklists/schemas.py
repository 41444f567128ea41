"""Shapes of checklists."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Bilingual, Instant, NameView, Resource, Shape
from scheduling.checklist_templates.schemas import Item, Items, ItemView
from scheduling.checklists.rules import State
from scheduling.tasks.rules import NOBODY

_LEFT_OUT: Final = Bilingual(en="-")
Ids = Annotated[list[UUID] | None, Field(max_length=200)]


class ChecklistCreate(Shape):
    """Steps for a client, or for a task (whose client it is about then): of a template, or with a
    name and items of their own.
    """

    id: UUID | None = None
    client_id: UUID | None = None
    task_id: UUID | None = None
    checklist_template_id: UUID | None = None
    name: Bilingual | None = None
    items: Items | None = None

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class ChecklistUpdate(Shape):
    """What may change; items are given anew as a whole, those with a known id stay done."""

    name: Bilingual = _LEFT_OUT
    items: Items = [Item(name=_LEFT_OUT)]


class ChecklistFilters(BaseModel):
    """How the list may be narrowed."""

    client_id: Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)] = None
    task_id: Ids = None
    checklist_template_id: Ids = None
    state: Annotated[list[State] | None, Field(max_length=2)] = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None

    def given(self) -> dict[str, Any]:
        """What was asked; those about no client by an id that nobody has."""
        found = self.model_dump(exclude_none=True)
        if "client_id" in found:
            found["client_id"] = [NOBODY if one == "none" else one for one in found["client_id"]]
        return found


class DoneItemView(ItemView):
    """A step, and who did it when."""

    done_at: datetime | None
    done_by: str | None


class ChecklistView(Resource):
    """Steps for a client or a task; `progress` is in percent. `url` is the client's."""

    client_id: UUID | None
    url: str | None
    task_ids: list[UUID]
    checklist_template_id: UUID | None
    name: NameView
    items: list[DoneItemView]
    state: State
    item_count: int
    done_count: int
    required_left: int
    progress: int
    completed_at: datetime | None
    completed_by: str | None
    created_by: str
