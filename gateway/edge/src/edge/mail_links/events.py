"""What comms hears of mailed links; nobody but it can open them."""

from base64 import b64encode
from typing import Final

from diwan.identity.v1 import events_pb2

from chassis.events import Event, event
from edge.mail_links.rules import Purpose
from edge.mail_links.tables import MailLink

_KINDS: Final[dict[Purpose, str]] = {
    "password_reset": "edge.user.password_reset_requested",
    "email_check": "edge.user.email_check_requested",
}


def link_made(
    link: MailLink, sealed_url: bytes, *, name: str, locale: str, tenant_name: str
) -> Event:
    """edge.user.password_reset_requested or email_check_requested, about the user."""
    payload = events_pb2.MailLinkMade(
        mail_link_id=str(link.id), user_id=str(link.user_id), email=link.email, name=name,
        locale=locale, tenant_name=tenant_name, sealed_url=b64encode(sealed_url).decode(),
        expires_at=link.expires_at.isoformat(),
    )  # fmt: skip
    return event(_KINDS[link.purpose], payload, link.user_id, link.version)
