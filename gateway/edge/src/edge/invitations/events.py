"""What others hear of invitations."""

from base64 import b64encode

from diwan.identity.v1 import events_pb2

from chassis.events import Event, event
from edge.invitations.tables import Invitation


def user_invited(
    invitation: Invitation, sealed_url: bytes, *, locale: str, tenant_name: str, inviter: str
) -> Event:
    """edge.user.invited, by which comms mails the address; nobody else can open it."""
    payload = events_pb2.UserInvited(
        invitation_id=str(invitation.id), email=invitation.email, name=invitation.name,
        locale=locale, tenant_name=tenant_name, invited_by_name=inviter,
        sealed_accept_url=b64encode(sealed_url).decode(),
        expires_at=invitation.expires_at.isoformat(),
    )  # fmt: skip
    return event("edge.user.invited", payload, invitation.id, invitation.version)
