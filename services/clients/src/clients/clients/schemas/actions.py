"""Bodies of the actions on a client."""

from uuid import UUID

from chassis.shapes import Shape
from clients.clients.schemas.records import StaffMember
from clients.clients.schemas.values import Line, many
from clients.tags.rules import TagName


class Move(Shape):
    """Where a client is put; without a status it gets the folder's default."""

    folder_id: UUID
    status_id: UUID | None = None


class StatusChange(Shape):
    """Which status is chosen; null takes a pinned or follow-up status away."""

    status_id: UUID | None = None
    pinned_status_id: UUID | None = None
    follow_up_status_id: UUID | None = None
    reason: Line | None = None


class TagChange(Shape):
    """Tags to add and to remove."""

    add: many(TagName, 100) = []  # type: ignore[valid-type]
    remove: many(TagName, 100) = []  # type: ignore[valid-type]


class StaffChange(Shape):
    """Who is assigned and who no more."""

    add: many(StaffMember, 100) = []  # type: ignore[valid-type]
    remove: many(UUID, 100) = []  # type: ignore[valid-type]
