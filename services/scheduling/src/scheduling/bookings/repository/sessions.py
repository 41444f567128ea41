"""All SQL of sessions: found, locked, and how many seats of them are taken."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.bookings.rules.failures import BookingNotFound
from scheduling.bookings.rules.status import SEATED, Status
from scheduling.bookings.tables import Session, booking_sessions, bookings

_S: Final = booking_sessions.c
_B: Final = bookings.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_OURS: Final = _S.tenant_id == _TENANT
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))


def _text(value: str) -> Any:
    return literal_column(f"'{value}'", Text)


_seated = and_(
    _B.status.in_([_text(one) for one in SEATED]),
    or_(_B.status != _text(Status.HELD), _B.held_until > _NOW),
)
_OF: Final = statement(
    select(*written_columns(booking_sessions))
    .where(
        _OURS, _S.service_id == bindparam("service_id", type_=Uuid),
        _S.staff_id == bindparam("staff_id", type_=Uuid),
        _S.starts_at == bindparam("starts_at", type_=DateTime(timezone=True)),
    )
    .with_for_update()
)  # fmt: skip
_BY_ID: Final = statement(
    select(*written_columns(booking_sessions))
    .where(_OURS, _S.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_TAKEN: Final = statement(
    select(func.coalesce(func.sum(_B.seats), 0)).where(
        _B.tenant_id == _TENANT, _B.session_id == bindparam("session_id", type_=Uuid), _seated
    )
)
_taken_of = (
    select(func.coalesce(func.sum(_B.seats), 0))
    .where(_B.tenant_id == _TENANT, _B.session_id == _S.id, _seated)
    .scalar_subquery()
)
_OPEN: Final = statement(
    select(_S.staff_id, _S.starts_at, (_S.capacity - _taken_of).label("seats_left")).where(
        _OURS, _S.service_id == bindparam("service_id", type_=Uuid), _S.is_open,
        _S.staff_id == any_(bindparam("staff_ids", type_=ARRAY(Uuid))),
        _S.starts_at >= bindparam("since", type_=DateTime(timezone=True)),
        _S.starts_at < bindparam("until", type_=DateTime(timezone=True)),
    )
)  # fmt: skip
_KEY: Final = bindparam("key", type_=Text)
_IN_TURN: Final = statement(select(func.pg_advisory_xact_lock(func.hashtextextended(_KEY, 0))))


class SessionRepository(Repository[Session]):
    """Sessions of the tenant's services."""

    table = booking_sessions
    row = Session
    missing = BookingNotFound

    async def of(self, service_id: UUID, staff_id: UUID, starts_at: datetime) -> Session | None:
        """The one of a service, somebody and a time, locked."""
        return await self.one(_OF, service_id=service_id, staff_id=staff_id, starts_at=starts_at)

    async def locked(self, session_id: UUID) -> Session:
        """The same by its id."""
        if (found := await self.one(_BY_ID, id=session_id)) is None:
            raise self.missing()
        return found

    async def taken(self, session_id: UUID) -> int:
        """How many of its seats are taken, what was held for too long left out."""
        found: int = await self.work.fetchval(
            _TAKEN, tenant_id=self.work.tenant_id, session_id=session_id, now=self.work.now
        )
        return found

    async def open_between(
        self, service_id: UUID, staff_ids: Collection[UUID], since: datetime, until: datetime
    ) -> list[tuple[UUID, datetime, int]]:
        """Those of a service that are open: with whom, when, and how many seats are left."""
        rows = await self.work.fetch(
            _OPEN, tenant_id=self.work.tenant_id, service_id=service_id,
            staff_ids=list(staff_ids), since=since, until=until, now=self.work.now,
        )  # fmt: skip
        return [(row["staff_id"], row["starts_at"], row["seats_left"]) for row in rows]

    async def in_turn(self, service_id: UUID) -> None:
        """Until the work ends nobody else moves bookings of this service between sessions."""
        await self.work.execute(_IN_TURN, key=f"sessions:{self.work.tenant_id}:{service_id}")
