"""What a calendar shows: appointments, and sessions of bookings, of a window of time."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import Statement, statement
from chassis.work import Record, UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs, identity_users
from refs.visibility import about_visible_client, sight_of
from scheduling.actions.tables import actions
from scheduling.appointments.tables import appointment_subjects, appointments
from scheduling.bookings.tables import booking_sessions, bookings
from scheduling.calendars.tables import CalendarFeed
from scheduling.claims.rules import LONGEST

_A: Final = appointments.c
_S: Final = booking_sessions.c
_B: Final = bookings.c
_N: Final = appointment_subjects.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_ME: Final = bindparam("me", type_=Uuid)
_named = client_refs.alias("entry_client")
_booked = client_refs.alias("booked_client")
_ALIKE: Final = ("id", "version", "created_at", "updated_at", "starts_at", "ends_at")


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


def _text(value: str) -> Any:
    return literal_column(f"'{value}'", Text)


def _may_touch(columns: Any) -> tuple[ColumnElement[bool], ...]:
    """What begins when something that touches the window may; nothing is longer than a claim."""
    longest: ColumnElement[Any] = literal_column(f"interval '{LONGEST.days} days'")
    return columns.starts_at >= _moment("since") - longest, columns.starts_at < _moment("until")


def _within(columns: Any) -> tuple[ColumnElement[bool], ...]:
    """What touches the window."""
    return *_may_touch(columns), columns.ends_at > _moment("since")


_FIRST_OF_STAFF: Final = _A.staff_ids[1]
_APPOINTMENT: Final = (
    *(_A[name] for name in _ALIKE), _A.title, _A.location, _A.note, _A.status, _A.reminders,
    actions.c.name.label("action"), _named.c.id.label("client_id"),
    _named.c.name.label("client_name"), identity_users.c.name.label("staff_name"),
    identity_users.c.email.label("staff_email"), null().label("names"), null().label("service"),
)  # fmt: skip
_FROM: Final = (
    appointments.outerjoin(
        _named,
        (_named.c.tenant_id == _A.tenant_id)
        & (_named.c.id == survivor_of(client_refs, _A.client_id)),
    )
    .outerjoin(actions, (actions.c.tenant_id == _A.tenant_id) & (actions.c.id == _A.action_id))
    .outerjoin(
        identity_users,
        (identity_users.c.tenant_id == _A.tenant_id) & (identity_users.c.id == _FIRST_OF_STAFF),
    )
)
_MINE: Final = exists().where(
    _N.tenant_id == _A.tenant_id, _N.appointment_id == _A.id, _N.subject_id == _ME,
    *_may_touch(_N),
)  # fmt: skip
_SHARED: Final = and_(
    _A.is_shared, about_clients(client_refs, _A.client_id, bindparam("of", type_=ARRAY(Uuid)))
)
_NAMES: Final = (
    select(func.array_agg(_booked.c.name))
    .select_from(bookings.join(
        _booked, (_booked.c.tenant_id == _B.tenant_id)
        & (_booked.c.id == survivor_of(client_refs, _B.client_id))
    ))
    .where(
        _B.tenant_id == _S.tenant_id, _B.session_id == _S.id,
        _B.status.in_([_text(one) for one in ("confirmed", "requested", "attended")]),
        about_visible_client(_B.client_id),
    )
    .correlate(booking_sessions)
    .scalar_subquery()
)  # fmt: skip
_SERVICE: Final = (
    select(_B.terms["name"])
    .where(_B.tenant_id == _S.tenant_id, _B.session_id == _S.id)
    .order_by(_B.created_at.desc())
    .limit(literal_column("1"))
    .correlate(booking_sessions)
    .scalar_subquery()
)
_SESSION: Final = (
    *(_S[name] for name in _ALIKE), null().label("title"), null().label("location"),
    null().label("note"), _text("confirmed").label("status"), null().label("reminders"),
    null().label("action"), null().label("client_id"), null().label("client_name"),
    identity_users.c.name.label("staff_name"), identity_users.c.email.label("staff_email"),
    _NAMES.label("names"), _SERVICE.label("service"),
)  # fmt: skip
_SESSIONS: Final = booking_sessions.outerjoin(
    identity_users,
    (identity_users.c.tenant_id == _S.tenant_id) & (identity_users.c.id == _S.staff_id),
)


@cache
def _appointments(covers: str, by_id: bool) -> Statement:
    chosen: Select[Any] = select(*_APPOINTMENT).select_from(_FROM).where(_A.tenant_id == _TENANT)
    chosen = chosen.where(about_visible_client(_A.client_id), *_within(_A))
    if covers == "mine":
        chosen = chosen.where(_MINE)
    elif covers == "shared":
        chosen = chosen.where(_SHARED)
    return _bounded(chosen, _A, by_id)


@cache
def _sessions(covers: str, by_id: bool) -> Statement:
    chosen: Select[Any] = select(*_SESSION).select_from(_SESSIONS).where(_S.tenant_id == _TENANT)
    seen = _S.staff_id == _ME
    if covers == "all":
        seen |= _NAMES.is_not(None)
    return _bounded(chosen.where(_S.is_open, seen, *_within(_S)), _S, by_id)


def _bounded(chosen: Select[Any], columns: Any, by_id: bool) -> Statement:
    if by_id:
        chosen = chosen.where(columns.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    order = chosen.order_by(columns.starts_at, columns.id)
    return statement(order.limit(bindparam("most", type_=Integer)))


async def entries_of(
    work: UnitOfWork, feed: CalendarFeed, window: tuple[datetime, datetime], most: int,
    ids: list[UUID] | None = None,
) -> tuple[list[Record], list[Record]]:  # fmt: skip
    """Appointments and sessions that a feed shows of a window, those that begin first; of some
    ids only those.
    """
    since, until = window
    sight = (await sight_of(work)).values()
    values: Mapping[str, Any] = {
        "tenant_id": work.tenant_id,
        "since": since,
        "until": until,
        "most": most,
        **sight,
    }
    of: dict[str, Any] = {} if ids is None else {"ids": ids}
    of_whom: dict[str, dict[str, Any]] = {
        "mine": {"me": feed.user_id}, "shared": {"of": [feed.client_id]}, "all": {}
    }  # fmt: skip
    query = _appointments(feed.covers, ids is not None)
    met = await work.fetch(query, **values, **of, **of_whom[feed.covers])
    if feed.covers == "shared":
        return met, []
    query = _sessions(feed.covers, ids is not None)
    return met, await work.fetch(query, **values, **of, me=feed.user_id)
