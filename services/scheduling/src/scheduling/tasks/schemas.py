"""Shapes of tasks and of what is said about them."""

from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, StringConstraints

from chassis.shapes import Instant, Name, Resource, Shape, Text, View
from scheduling.tasks.rules import MOST_ASSIGNEES, NOBODY, Kind, Priority, State


def _empty_for_null(value: Any) -> Any:
    return [] if value is None else value


def _each_once(ids: list[UUID]) -> list[UUID]:
    return list(dict.fromkeys(ids))


Assignees = Annotated[
    list[UUID], Field(max_length=MOST_ASSIGNEES), BeforeValidator(_empty_for_null),
    AfterValidator(_each_once),
]  # fmt: skip
Recurrence = Annotated[Text, StringConstraints(min_length=1, max_length=500)]
Body = Annotated[Text, StringConstraints(min_length=1)]
Ids = Annotated[list[UUID] | None, Field(max_length=200)]
IdsOrNone = Annotated[list[UUID | Literal["none"]] | None, Field(max_length=200)]


class _Told(Shape):
    """What may be left out, then and later."""

    description: Text | None = None
    assignee_ids: Assignees = []
    due_at: Instant | None = None
    priority: Priority = Priority.NORMAL
    kind: Kind = Kind.TASK
    checklist_id: UUID | None = None
    work_cycle_id: UUID | None = None
    recurrence: Recurrence | None = None


class TaskCreate(_Told):
    """Something to be done, about a client or about none; by a `recurrence` (RFC 5545, with an end)
    it comes again, due by that rule, whenever it is done.
    """

    id: UUID | None = None
    client_id: UUID | None = None
    title: Name

    def digest(self) -> bytes:
        """What the request is known by when it comes again."""
        return sha256(self.model_dump_json().encode()).digest()


class TaskAsked(TaskCreate):
    """The same, asked for by another service because of something."""

    cause: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class TaskUpdate(_Told):
    """What may change; how far it is has actions of its own."""

    title: Name = "-"


class TaskFilters(BaseModel):
    """How the list may be narrowed; `me` is the user who asks."""

    client_id: IdsOrNone = None
    assignee_id: Annotated[
        list[UUID | Literal["me", "none"]] | None, Field(max_length=200)
    ] = None  # fmt: skip
    folder_id: Ids = None
    work_cycle_id: Ids = None
    state: Annotated[list[State] | None, Field(max_length=4)] = None
    priority: Annotated[list[Priority] | None, Field(max_length=4)] = None
    kind: Annotated[list[Kind] | None, Field(max_length=2)] = None
    overdue: bool | None = None
    due_from: Instant | None = None
    due_to: Instant | None = None
    closed_from: Instant | None = None
    closed_to: Instant | None = None
    created_from: Instant | None = None
    created_to: Instant | None = None
    updated_from: Instant | None = None
    updated_to: Instant | None = None

    def given(self) -> dict[str, Any]:
        """What was asked; those without a client, or of nobody, by an id that nobody has."""
        found = self.model_dump(exclude_none=True)
        for name in ("client_id", "assignee_id"):
            if name in found:
                found[name] = [NOBODY if one == "none" else one for one in found[name]]
        return found


class TaskView(Resource):
    """A task; `overdue` while it is not done though its due date is past. `url` is its client's."""

    client_id: UUID | None
    url: str | None
    title: str
    description: str | None
    assignee_ids: list[UUID]
    due_at: datetime | None
    priority: Priority
    kind: Kind
    state: State
    overdue: bool
    checklist_id: UUID | None
    work_cycle_id: UUID | None
    recurrence: str | None
    previous_id: UUID | None
    started_at: datetime | None
    closed_at: datetime | None
    closed_by: str | None
    created_by: str


class TaskCounts(View):
    """How many tasks a list has of each state, and how many of them are overdue."""

    open: int
    in_progress: int
    done: int
    cancelled: int
    overdue: int


class CommentCreate(Shape):
    """What is said about a task."""

    id: UUID | None = None
    body: Body


class CommentUpdate(Shape):
    """Said in other words."""

    body: Body = "-"


class CommentView(Resource):
    """What somebody said about a task; `url` is its client's."""

    task_id: UUID
    client_id: UUID | None
    url: str | None
    author: str
    body: str
