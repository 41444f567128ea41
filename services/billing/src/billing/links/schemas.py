"""Shapes of links to documents."""

from uuid import UUID

from pydantic import AwareDatetime

from chassis.links import Channel
from chassis.shapes import Shape, View


class LinkAsked(Shape):
    """How long a link works."""

    link_expires_at: AwareDatetime | None = None


class Sending(LinkAsked):
    """How a document goes out."""

    channel: Channel | None = None


class LinkedView(View):
    """When a document went to its client, and when they looked at it by its link."""

    sent_at: AwareDatetime | None
    viewed_at: AwareDatetime | None
    last_viewed_at: AwareDatetime | None
    views: int
    link_expires_at: AwareDatetime | None
    message_id: UUID | None
    mail_failure: str | None


class CompanyView(View):
    """Whose document it is."""

    name: str
    country: str
    locale: str
