"""Shapes of sessions."""

from datetime import datetime
from uuid import UUID

from chassis.shapes import Resource


class SessionView(Resource):
    """A sign-in on a device; `is_current` is the one that asks."""

    user_id: UUID
    address: str
    user_agent: str
    last_used_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    end_reason: str | None
    is_current: bool
