"""All SQL of notifications."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, case, cast, delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Boolean, DateTime, Text

from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.tables import written_columns
from comms.notifications import rules
from comms.notifications.tables import Notification, notifications
from refs.lag import AboutClients
from refs.merges import about_clients
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

# Mine, and not about a client that was hidden from me since.
_MINE = (notifications.c.user_id == bindparam("my_id", type_=Uuid)) & about_visible_client(
    notifications.c.client_id
)
_SHOWN = (
    "id", "version", "created_at", "updated_at", "title", "body", "client_id", "read_at",
    "created_by",
)  # fmt: skip
_URL = case(
    (notifications.c.client_id.is_not(None),
     func.concat("/v1/clients/", cast(notifications.c.client_id, Text))),
    else_=literal(None, Text),
)  # fmt: skip
_unread = (
    select(notifications.c.id)
    .where(
        notifications.c.tenant_id == bindparam("tenant_id"), _MINE,
        notifications.c.read_at.is_(None),
    )
    .with_for_update()
    .cte("unread")
)  # fmt: skip
_READ_ALL = statement(
    update(notifications)
    .where(
        notifications.c.tenant_id == bindparam("tenant_id"),
        notifications.c.id == any_(select(_unread.c.id).scalar_subquery()),
    )
    .values(
        read_at=bindparam("now", type_=DateTime(timezone=True)),
        updated_at=bindparam("now", type_=DateTime(timezone=True)),
        version=notifications.c.version + 1,
    )
    .returning(notifications.c.id)
)
_ALONE = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_UNREAD = statement(
    select(*written_columns(notifications))
    .where(
        notifications.c.tenant_id == bindparam("tenant_id"),
        notifications.c.user_id == bindparam("user_id", type_=Uuid),
        notifications.c.kind == bindparam("kind", type_=Text),
        notifications.c.read_at.is_(None),
        notifications.c.created_at > bindparam("since", type_=DateTime(timezone=True)),
    )
    .order_by(notifications.c.created_at.desc())
    .limit(1)
    .with_for_update()
)
_FORGET = statement(
    delete(notifications).where(
        notifications.c.tenant_id == bindparam("tenant_id"),
        notifications.c.client_id == bindparam("client_id", type_=Uuid),
    )
)


class NotificationRepository(AboutClients[Notification]):
    """The notifications of the caller."""

    table = notifications
    row = Notification
    scope = _MINE
    missing = rules.UnknownNotification

    listing = ListQuery(
        source=notifications,
        columns={**{name: notifications.c[name] for name in _SHOWN}, "url": _URL},
        where=(notifications.c.tenant_id == bindparam("tenant_id"), _MINE),
        filters={
            "unread": notifications.c.read_at.is_(None) == bindparam("unread", type_=Boolean),
            "client_id": about_clients(
                client_refs, notifications.c.client_id, bindparam("client_id", type_=ARRAY(Uuid))
            ),
        },
        sorts={"created_at": notifications.c.created_at},
        default_sort="-created_at",
        key=notifications.c.id,
    )

    async def scope_values(self) -> dict[str, Any]:
        """Me, and what I see."""
        sight = await sight_of(self.work)
        return {"my_id": self.work.caller.user_id, **sight.values()}

    async def lock_unread(self, user_id: UUID, kind: str, since: datetime) -> Notification | None:
        """Somebody's unread one of a kind, made since then; others wait to look for it."""
        await self.work.execute(_ALONE, key=f"{kind}:{self.work.tenant_id}:{user_id}")
        return await self.one(_UNREAD, user_id=user_id, kind=kind, since=since)

    async def forget(self, client_id: UUID) -> None:
        """Remove everybody's about a client."""
        await self.work.execute(_FORGET, tenant_id=self.work.tenant_id, client_id=client_id)

    async def read_all(self) -> int:
        """Mark all of mine; how many there were."""
        rows = await self.work.fetch(
            _READ_ALL, tenant_id=self.work.tenant_id, now=self.work.now,
            **await self.scope_values(),
        )  # fmt: skip
        return len(rows)
