"""Shapes of bulk actions."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, model_validator

from background.jobs.schemas import Accepted
from chassis.shapes import Shape
from clients.bulk_actions.rules import MOST_IDS
from clients.clients.schemas.actions import Move, StaffChange, StatusChange, TagChange
from clients.clients.schemas.records import ClientUpdate
from clients.segments.schemas import SegmentFilter


class MoveAction(Move):
    """Into another folder."""

    type: Literal["move"]


class StatusAction(StatusChange):
    """Another status."""

    type: Literal["status"]

    def change(self) -> StatusChange:
        """What a request for one client says."""
        return StatusChange.model_validate(self.model_dump(exclude={"type"}, exclude_unset=True))


class TagAction(TagChange):
    """More tags, or fewer."""

    type: Literal["tags"]


class StaffAction(StaffChange):
    """More staff, or fewer."""

    type: Literal["staff"]


class ArchiveAction(Shape):
    """Put away, or brought back."""

    type: Literal["archive", "restore"]


Action = Annotated[
    MoveAction | StatusAction | TagAction | StaffAction | ArchiveAction,
    Field(discriminator="type"),
]


class BulkCreate(Shape):
    """Which clients, by the list's own parameters or one by one, and what is done with each."""

    filter: SegmentFilter | None = None
    ids: Annotated[list[UUID] | None, Field(min_length=1, max_length=MOST_IDS)] = None
    action: Action

    @model_validator(mode="after")
    def _either(self) -> "BulkCreate":
        if (self.filter is None) == (self.ids is None):
            raise ValueError("Say which clients are meant: by a filter or by their ids.")
        return self


class BulkAccepted(Accepted):
    """The action has begun, or its undoing."""


class StatusBack(StatusChange):
    """The statuses that a client had."""


class TagsBack(TagChange):
    """The action's own part of a client's tags."""


class AllTagsBack(ClientUpdate):
    """The tags that a client had, in their order."""


class StaffBack(StaffChange):
    """Those who were assigned."""
