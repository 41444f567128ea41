"""All SQL of invitations."""

from typing import Final

from sqlalchemy import DateTime, bindparam

from chassis.paging import ListQuery
from chassis.repository import Repository
from edge.invitations.tables import Invitation, invitations

_OURS: Final = invitations.c.tenant_id == bindparam("tenant_id")
_OPEN: Final = invitations.c.user_id.is_(None)
LIST: Final = ListQuery(
    source=invitations,
    columns={
        name: invitations.c[name]
        for name in ("id", "version", "created_at", "updated_at", "email", "name", "role_id",
                     "team_ids", "invited_by", "expires_at", "user_id")
    },
    where=(_OURS, _OPEN,
           invitations.c.expires_at > bindparam("now", type_=DateTime(timezone=True))),
    filters={}, sorts={"created_at": invitations.c.created_at, "email": invitations.c.email},
    default_sort="-created_at", key=invitations.c.id,
)  # fmt: skip


class InvitationRepository(Repository[Invitation]):
    """Invitations of the tenant, accepted ones too."""

    table = invitations
    row = Invitation
