"""The shapes of notifications."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from chassis.shapes import Resource, View


class NotificationFilters(BaseModel):
    """How the list may be narrowed."""

    unread: bool | None = None
    client_id: list[UUID] | None = None


class NotificationView(Resource):
    """A notification as its reader sees it."""

    title: str
    body: str
    client_id: UUID | None
    url: str | None
    read_at: datetime | None
    created_by: str


class ReadAllView(View):
    """How many there were."""

    read: int
