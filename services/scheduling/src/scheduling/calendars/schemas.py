"""Shapes of calendars' feeds."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from chassis.shapes import Name, Resource, Shape
from scheduling.calendars.rules.feeds import Covers


class CalendarCreate(Shape):
    """A feed of one's own calendar, or of a client's.

    One's own `covers` what one does oneself (`mine`), or all that one sees (`all`); a client's
    what is `shared` with them.
    """

    name: Name | None = None
    client_id: UUID | None = None
    covers: Covers | None = None


class CalendarView(Resource):
    """A feed; its address was shown once, as it was made."""

    name: str | None
    user_id: UUID | None
    client_id: UUID | None
    url: str | None
    covers: Covers
    used_at: datetime | None
    created_by: str


class CalendarMadeView(CalendarView):
    """A feed with its secret, which is shown this once: `token` is the password for CalDAV."""

    token: str
    feed_url: str
    caldav_url: str | None


class CalendarFilters(BaseModel):
    """How the list may be narrowed."""

    user_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
    client_id: Annotated[list[UUID] | None, Field(max_length=200)] = None
