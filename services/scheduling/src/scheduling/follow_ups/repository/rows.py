"""All SQL of follow-ups."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.context import Context
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.follow_ups.rules.states import FollowUpNotFound, State
from scheduling.follow_ups.tables import FollowUp, due_follow_ups, follow_up_staff, follow_ups
from scheduling.once import MadeOnce

_C: Final = follow_ups.c
_INSTANT: Final = DateTime(timezone=True)
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_ALIKE: Final = (
    "id", "version", "created_at", "updated_at", "state", "status_id", "action_id", "at",
    "staff_ids", "appointment_id", "note", "problem", "closed_at", "closed_by", "created_by",
)  # fmt: skip
# Fields of clients that a folder may hide: shown to who chose them, and to whom nothing is hidden.
_HIDEABLE: Final = ("pinned_status_id", "follow_up_status_id")
_IS_SHOWN: Final = or_(
    bindparam("is_shown_all", type_=Boolean), _C.created_by == bindparam("principal", type_=Text)
)
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in _ALIKE},
    **{name: case((_IS_SHOWN, _C[name])) for name in _HIDEABLE},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "duration_minutes": cast(
        func.extract("epoch", _C.ends_at - _C.at) / literal_column("60"), Integer
    ),
}  # fmt: skip
# Those without a time come last.
_BY_TIME: Final = func.coalesce(
    _C.at, literal_column("'4000-01-01T00:00:00Z'::timestamptz", _INSTANT), type_=_INSTANT
)


def _ids(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


def _between(name: str, column: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=_INSTANT),
        f"{name}_to": column < bindparam(f"{name}_to", type_=_INSTANT),
    }


_LIST: Final = ListQuery(
    source=follow_ups, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(client_refs, _C.client_id, _ids("client_id")),
        "staff_id": _C.staff_ids.overlap(_ids("staff_id")),
        **{name: _C[name] == any_(_ids(name)) for name in ("action_id", "appointment_id")},
        "state": _C.state == any_(bindparam("state", type_=ARRAY(Text))),
        **_between("at", _C.at), **_between("updated", _C.updated_at),
    },
    sorts={"created_at": _C.created_at, "updated_at": _C.updated_at, "at": _BY_TIME},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(follow_ups, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id", type_=Uuid))
_IS_PENDING: Final = _C.state == literal_column(f"'{State.PENDING}'", Text)
_OF_APPOINTMENTS: Final = (_OURS, _C.appointment_id == any_(_ids("appointment_ids")))
_IS_ONE: Final = statement(select(exists().where(*_OF_APPOINTMENTS)))
_LOCKED: Final = statement(
    select(*written_columns(follow_ups)).where(*_OF_APPOINTMENTS).order_by(_C.id).with_for_update()
)
_LONG_PENDING: Final = statement(
    select(_C.id)
    .where(_OURS, _IS_PENDING, _C.updated_at < bindparam("before", type_=_INSTANT))
    .order_by(_C.updated_at)
    .limit(bindparam("most", type_=Integer))
)
_S: Final = follow_up_staff.c
_STILL_OF: Final = statement(
    select(*written_columns(follow_ups))
    .where(
        _OURS, _C.id > bindparam("after", type_=Uuid), _C.appointment_id.is_(None),
        or_(_C.state == literal_column(f"'{State.OPEN}'", Text), _IS_PENDING),
        exists().where(_S.tenant_id == _C.tenant_id, _S.follow_up_id == _C.id,
                       _S.user_id == bindparam("user_id", type_=Uuid)),
    )
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update()
)  # fmt: skip
_given = rows_of(follow_ups, ["id", "staff_ids"])
_GIVE: Final = statement(
    update(follow_ups)
    .where(_OURS, _C.id == _given.c.id)
    .values(staff_ids=_given.c.staff_ids, version=_C.version + 1,
            updated_at=bindparam("now", type_=_INSTANT))
    .returning(*written_columns(follow_ups))
)  # fmt: skip
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_FORGET: Final = statement(delete(follow_ups).where(_OURS, _C.client_id == _CLIENT))
_FORGET_DUE: Final = statement(
    delete(due_follow_ups).where(
        due_follow_ups.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        due_follow_ups.c.client_id == _CLIENT,
    )
)


class FollowUpRepository(MadeOnce[FollowUp]):
    """The follow-ups of clients that the caller sees."""

    table = follow_ups
    row = FollowUp
    scope = _SCOPE
    missing = FollowUpNotFound

    async def scope_values(self) -> dict[str, Any]:
        sight, caller = await sight_of(self.work), self.work.caller
        manages = sight.sees_all and caller.may("clients:manage")
        return sight.values() | {
            "is_shown_all": caller.is_owner or manages, "principal": caller.principal,
        }  # fmt: skip

    async def page(self, paging: Paging, filters: Mapping[str, Any]) -> bytes:
        """A page of them, as JSON."""
        return await _LIST.page(self.work, paging, filters, **await self.scope_values())

    async def read(self, follow_up_id: UUID) -> Document:
        """One as JSON; raises FollowUpNotFound."""
        await self.check(follow_up_id)
        return await self.shown(follow_up_id)

    async def shown(self, follow_up_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": follow_up_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found

    async def of_appointments(self, appointment_ids: Sequence[UUID]) -> list[FollowUp]:
        """Those that some appointments were made for, each for one of its own, locked."""
        return await self.all(_LOCKED, appointment_ids=list(appointment_ids))

    async def still_of(self, user_id: UUID, after: UUID, most: int) -> list[FollowUp]:
        """Some at no time that somebody has still to do, by id beyond this one, locked."""
        return await self.all(_STILL_OF, user_id=user_id, after=after, most=most)

    async def give(self, staff: Mapping[UUID, Sequence[UUID]]) -> list[FollowUp]:
        """Who does each of several from now on; those that were locked, as they are then."""
        rows = [{"id": one, "staff_ids": list(ids)} for one, ids in staff.items()]
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        found = await self.work.fetch(_GIVE, **known, rows=rows) if rows else []
        changed = [FollowUp(**row) for row in found]
        for one in changed:
            self._audit("updated", one.id, {"staff_ids": one.staff_ids}, one.client_id)
        return changed


async def is_for_any(work: UnitOfWork, appointment_ids: Sequence[UUID]) -> bool:
    """Whether any of these appointments was made for a follow-up."""
    known: dict[str, Any] = {"tenant_id": work.tenant_id, "appointment_ids": list(appointment_ids)}
    return bool(await work.fetchval(_IS_ONE, **known))


async def long_pending(work: UnitOfWork, before: datetime, most: int) -> Sequence[UUID]:
    """Some that wait for an answer since before then."""
    rows = await work.fetch(_LONG_PENDING, tenant_id=work.tenant_id, before=before, most=most)
    return [row["id"] for row in rows]


async def tenants_with_pending(context: Context, before: datetime) -> list[UUID]:
    """Companies with some that wait for an answer since before then."""
    rows = await context.system.look_up("tenants_with_pending_follow_ups", before)
    return [row["tenant_id"] for row in rows]


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep none of a client's."""
    for query in (_FORGET, _FORGET_DUE):
        await work.execute(query, tenant_id=work.tenant_id, client_id=client_id)
