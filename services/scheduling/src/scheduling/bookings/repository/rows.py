"""How bookings are found, locked and read."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Numeric,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.errors import Conflict
from chassis.paging import ListQuery
from chassis.repository import IdTaken, Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from refs.writing import Access, check_remembered
from scheduling.bookings.repository.sessions import SessionRepository
from scheduling.bookings.rules.failures import BookingNotFound
from scheduling.bookings.tables import Booking, Session, bookings
from scheduling.once import MadeOnce

_C: Final = bookings.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_NAMES: Final = (
    "id", "version", "created_at", "updated_at", "service_id", "session_id", "staff_id",
    "starts_at", "ends_at", "seats", "status", "held_until", "source", "note", "confirmed_at",
    "closed_at", "reason", "is_late", "invoice_id", "is_invoicing", "problem", "external_id",
    "created_by",
)  # fmt: skip
_HAS_CREDIT: Final = _C.terms["credit_type_id"].astext.is_not(None)
SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in _NAMES},
    "client_id": _ABOUT,
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
    "service": _C.terms["name"], "price": _C.terms["price"].astext,
    "deposit": _C.terms["deposit"].astext, "currency": _C.terms["currency"].astext,
    "policy": _C.terms["policy"],
    "credit": case((_HAS_CREDIT, func.json_build_object(
        literal_column("'credit_type_id'"), _C.terms["credit_type_id"].astext,
        literal_column("'amount'"),
        cast(cast(_C.terms["credit_amount"].astext, Numeric) * _C.seats, Text),
        literal_column("'status'"), _C.credit_status,
        literal_column("'credit_hold_id'"), _C.credit_hold_id,
    ))),
}  # fmt: skip


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _any(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


LIST: Final = ListQuery(
    source=bookings, columns=SHOWN, where=(_OURS, _SCOPE),
    filters={
        "client_id": about_clients(
            client_refs, _C.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        **{name: _any(_C[name], name) for name in (
            "service_id", "session_id", "staff_id", "status", "source", "external_id",
            "invoice_id",
        )},
        "starts_from": _C.starts_at >= _moment("starts_from"),
        "starts_to": _C.starts_at < _moment("starts_to"),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={name: _C[name] for name in ("starts_at", "created_at", "updated_at")},
    default_sort="-starts_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(bookings, SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))
_WAITING: Final = statement(
    select(*written_columns(bookings))
    .where(
        _OURS, _C.session_id == bindparam("session_id", type_=Uuid),
        _C.status == literal_column("'waitlisted'"),
    )
    .order_by(_C.created_at, _C.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update()
)  # fmt: skip
_OVER: Final = statement(
    select(_C.id)
    .where(_OURS, _C.status == literal_column("'held'"), _C.held_until <= _moment("now"))
    .order_by(_C.held_until)
    .limit(bindparam("most", type_=Integer))
)
_UNSETTLED: Final = statement(
    select(_C.id)
    .where(_OURS, _C.is_unsettled, _C.updated_at < _moment("before"),
           _C.id > bindparam("after", type_=Uuid))
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_TO_COME: Final = statement(
    select(_C.id)
    .where(
        _OURS, _C.client_id == bindparam("client_id", type_=Uuid), _C.starts_at > _moment("now"),
        _any(_C.status, "statuses"),
    )
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_IN: Final = (_OURS, _any(_C.session_id, "session_ids"), _any(_C.status, "statuses"))
_HOLD_IN: Final = statement(
    select(*written_columns(bookings)).where(*_IN).order_by(_C.id).with_for_update()
)
_FOLLOW: Final = statement(
    update(bookings)
    .where(*_IN)
    .values(staff_id=bindparam("user_id", type_=Uuid), version=_C.version + 1,
            updated_at=_moment("now"))
    .returning(*written_columns(bookings))
)  # fmt: skip
_FORGET: Final = statement(
    update(bookings)
    .where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
    .values(note=None, reason=None)
)


class ExternalIdTaken(Conflict):
    """What a partner's system calls it names one booking."""

    code = "external_id_taken"
    detail = "Another booking has this external id."


class BookingRepository(MadeOnce[Booking]):
    """The bookings of the clients that the caller sees."""

    table = bookings
    row = Booking
    scope = _SCOPE
    missing = BookingNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, booking_id: UUID) -> Document:
        """One as JSON; raises BookingNotFound."""
        await self.check(booking_id)
        return await self.shown(booking_id)

    async def shown(self, booking_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": booking_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found

    async def with_session(
        self, booking_id: UUID, said: Access | None = None
    ) -> tuple[Booking, Session]:
        """One and its session, both locked, the session first: as everybody does.

        Before the first statement, unless it is `said` what `check` answered. Raises NotFound,
        Forbidden, Stale and FolderNotWritable.
        """
        said = said or await self.check(booking_id)
        if (known := await self.find(booking_id)) is None:
            raise self.missing()
        self.work.authorize()
        session = await SessionRepository(self.work).locked(known.session_id)
        row = await Repository.get_for_update(self, booking_id)
        if row.session_id != session.id:
            # Moved to another session since it was looked at.
            self.work.check_version(booking_id, -1)
            raise ChangedMeanwhile()
        if row.client_id is not None:
            await check_remembered(self.work, row.client_id, said)
        return row, session

    async def add_new(self, **values: Any) -> Booking:
        """A new one; raises IdTaken and ExternalIdTaken."""
        try:
            return await self.add(**values)
        except asyncpg.UniqueViolationError as error:
            if error.constraint_name == "uq_bookings__external_id":
                raise ExternalIdTaken(field="external_id") from error
            raise IdTaken(field="id") from error

    async def waiting(self, session_id: UUID, most: int) -> list[Booking]:
        """Who waits for a seat in a session, who came first first; locked."""
        rows = await self.work.fetch(
            _WAITING, tenant_id=self.work.tenant_id, session_id=session_id, most=most
        )
        return [Booking(**row) for row in rows]

    async def held_too_long(self, most: int) -> list[UUID]:
        """Some seats that were held for longer than they are."""
        values = {"tenant_id": self.work.tenant_id, "now": self.work.now, "most": most}
        return [row["id"] for row in await self.work.fetch(_OVER, **values)]

    async def unsettled(self, before: Any, after: UUID, most: int) -> list[UUID]:
        """Some for which another service was to be asked long ago."""
        values = {"tenant_id": self.work.tenant_id, "before": before, "after": after}
        return [row["id"] for row in await self.work.fetch(_UNSETTLED, **values, most=most)]

    async def to_come(
        self, client_id: UUID, statuses: Collection[str], most: int
    ) -> list[UUID]:  # fmt: skip
        """Some of a client's that stand so and are still to come."""
        rows = await self.work.fetch(
            _TO_COME, tenant_id=self.work.tenant_id, client_id=client_id, now=self.work.now,
            statuses=list(statuses), most=most,
        )  # fmt: skip
        return [row["id"] for row in rows]

    async def hold_in(
        self, session_ids: Collection[UUID], statuses: Collection[str]
    ) -> list[Booking]:  # fmt: skip
        """Those in some locked sessions that stand so; locked."""
        keys = {"session_ids": list(session_ids), "statuses": list(statuses)}
        rows = await self.work.fetch(_HOLD_IN, tenant_id=self.work.tenant_id, **keys)
        return [Booking(**row) for row in rows]

    async def follow(
        self, user_id: UUID, session_ids: Collection[UUID], statuses: Collection[str]
    ) -> list[Booking]:
        """Somebody does some locked sessions from now on: so who stands so in them is with them."""
        rows = await self.work.fetch(
            _FOLLOW, tenant_id=self.work.tenant_id, user_id=user_id, now=self.work.now,
            session_ids=list(session_ids), statuses=list(statuses),
        )  # fmt: skip
        changed = [Booking(**row) for row in rows]
        for one in changed:
            self._audit("updated", one.id, {"staff_id": one.staff_id}, one.client_id)
        return changed


class ChangedMeanwhile(Conflict):
    """Somebody moved it at the same time."""

    code = "booking_changed"
    detail = "This booking was moved by somebody else meanwhile. Try again."


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep none of the words about a client's bookings."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, client_id=client_id)
