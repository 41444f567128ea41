"""All SQL of sessions: found, locked, and how many seats of them are taken."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    func,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.bookings.rules.failures import BookingNotFound
from scheduling.bookings.rules.status import SEATED, Status
from scheduling.bookings.tables import Session, booking_sessions, bookings
from scheduling.claims.rules import Span

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
    .order_by(_S.is_open.desc(), _S.id.desc())
    .limit(literal_column("1"))
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
_USER: Final = bindparam("user_id", type_=Uuid)
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_TO_COME: Final = (_OURS, _S.staff_id == _USER, _S.starts_at > _NOW, _S.is_open)
_LEFT_AT: Final = bindparam("left_at", type_=DateTime(timezone=True))
_LEFT_WITH: Final = statement(
    select(*written_columns(booking_sessions))
    .where(*_TO_COME, _S.unstaffed_at.is_distinct_from(_LEFT_AT))
    .order_by(_S.starts_at, _S.id)
    .limit(bindparam("most", type_=Integer))
)
_HOLD_OF: Final = statement(
    select(*written_columns(booking_sessions))
    .where(*_TO_COME, _S.id == any_(_IDS))
    .order_by(_S.id)
    .with_for_update()
)
_given = rows_of(booking_sessions, ["id", "taken_from", "taken_until"])
_HAND_OVER: Final = statement(
    update(booking_sessions)
    .where(_OURS, _S.id == _given.c.id)
    .values(staff_id=_USER, taken_from=_given.c.taken_from, taken_until=_given.c.taken_until,
            unstaffed_at=null(), version=_S.version + 1, updated_at=_NOW)
    .returning(*written_columns(booking_sessions))
)  # fmt: skip
_HANDED: Final = ("staff_id", "taken_from", "taken_until")
_LEAVE: Final = statement(
    update(booking_sessions).where(_OURS, _S.id == any_(_IDS)).values(unstaffed_at=_LEFT_AT)
)
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

    async def left_with(self, user_id: UUID, left_at: datetime, most: int) -> list[Session]:
        """Some that are to come with somebody who left then, but for those that were told so."""
        now = self.work.now
        return await self.all(_LEFT_WITH, user_id=user_id, left_at=left_at, now=now, most=most)

    async def hold_of(self, user_id: UUID, ids: Collection[UUID]) -> list[Session]:
        """Those of some that are to come with somebody still, locked."""
        return await self.all(_HOLD_OF, user_id=user_id, ids=list(ids), now=self.work.now)

    async def hand_over(self, user_id: UUID, spans: Mapping[UUID, Span]) -> list[Session]:
        """Somebody does these, which are locked, from now on, and is taken so long for each."""
        rows = [
            {"id": one, "taken_from": since, "taken_until": until}
            for one, (since, until) in spans.items()
        ]
        changed = await self.all(_HAND_OVER, user_id=user_id, now=self.work.now, rows=rows)
        for one in changed:
            changes = {name: getattr(one, name) for name in _HANDED}
            self._audit("updated", one.id, changes)
        return changed

    async def leave(self, ids: Collection[UUID], left_at: datetime) -> None:
        """Nobody has taken these over, which are locked, and it is told."""
        keys = {"tenant_id": self.work.tenant_id, "ids": list(ids)}
        await self.work.execute(_LEAVE, **keys, left_at=left_at)
