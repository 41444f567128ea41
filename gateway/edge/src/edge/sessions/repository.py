"""All SQL of sessions."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Boolean, DateTime, LargeBinary, Uuid, bindparam, func, or_, select, update

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from edge.sessions.tables import Session, sessions

_OURS: Final = sessions.c.tenant_id == bindparam("tenant_id")
# One's own, or everybody's for who manages identities.
_SEEN: Final = or_(
    bindparam("manages", type_=Boolean), sessions.c.user_id == bindparam("own_id", type_=Uuid)
)
_OPEN: Final = statement(
    select(*sessions.c)
    .where(
        _OURS, sessions.c.user_id == bindparam("user_id"), sessions.c.ended_at.is_(None),
    )
    .order_by(sessions.c.id)
    .with_for_update()
)  # fmt: skip
_LOCK: Final = statement(
    select(*sessions.c).where(_OURS, sessions.c.id == bindparam("id")).with_for_update()
)
# Not an update that others must hear of or that an audit shows: it happens every few minutes.
_TURN: Final = statement(
    update(sessions)
    .where(_OURS, sessions.c.id == bindparam("id"))
    .values(
        turn_hash=bindparam("turn_hash", type_=LargeBinary),
        last_used_at=bindparam("last_used_at", type_=DateTime(timezone=True)),
        expires_at=bindparam("expires_at", type_=DateTime(timezone=True)),
    )
)
_OTHERS: Final = statement(
    select("*").select_from(
        func.other_sessions_of(bindparam("user_id", type_=Uuid)).table_valued(
            "tenant_id", "user_id", "session_id"
        )
    )
)
LIST: Final = ListQuery(
    source=sessions,
    columns={
        **{
            name: sessions.c[name]
            for name in ("id", "version", "created_at", "updated_at", "user_id", "address",
                         "user_agent", "last_used_at", "expires_at", "ended_at", "end_reason")
        },
        "is_current": sessions.c.id.is_not_distinct_from(bindparam("current_id", type_=Uuid)),
    },
    where=(_OURS, _SEEN, sessions.c.ended_at.is_(None),
           sessions.c.expires_at > bindparam("now", type_=DateTime(timezone=True))),
    filters={"user_id": sessions.c.user_id == bindparam("user_id")},
    sorts={"last_used_at": sessions.c.last_used_at, "created_at": sessions.c.created_at},
    default_sort="-last_used_at", key=sessions.c.id,
)  # fmt: skip


class SessionRepository(Repository[Session]):
    """Sessions the caller may see."""

    table = sessions
    row = Session
    scope = _SEEN

    async def scope_values(self) -> dict[str, Any]:
        return seen_by(self.work)

    async def locked(self, session_id: UUID) -> Session | None:
        """A session whoever's it is, locked for a change."""
        return await self.one(_LOCK, id=session_id)

    async def open_of(self, user_id: UUID) -> list[Session]:
        """A user's sessions that are not over, locked for a change."""
        return await self.all(_OPEN, user_id=user_id)

    async def turn(self, session: Session, turn_hash: bytes, expires_at: Any) -> None:
        """The next refresh token takes the place of the last."""
        await self.work.execute(
            _TURN, tenant_id=self.work.tenant_id, id=session.id, turn_hash=turn_hash,
            last_used_at=self.work.now, expires_at=expires_at,
        )  # fmt: skip

    async def everywhere(self, user_id: UUID) -> list[dict[str, UUID]]:
        """The open sessions of the user's identity in all companies."""
        return [dict(row) for row in await self.work.fetch(_OTHERS, user_id=user_id)]


def seen_by(work: UnitOfWork) -> dict[str, Any]:
    """Which sessions the caller of the work may see."""
    caller = work.caller
    return {"manages": caller.may("identity:manage"), "own_id": caller.user_id}
