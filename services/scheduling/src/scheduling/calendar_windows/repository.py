"""What stands in a calendar: a list of each kind, all asked alike, so that one cursor is of all."""

from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    FromClause,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    null,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, array

from chassis.paging import ListQuery
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client
from scheduling.actions.tables import actions
from scheduling.appointments.tables import appointment_subjects, appointments
from scheduling.availability.tables import leaves
from scheduling.bookings.tables import booking_sessions, bookings
from scheduling.calendar_windows.rules import Kind
from scheduling.claims.rules import LONGEST
from scheduling.tasks.repository.clauses import ASSIGNEES, SCOPE, is_done_by
from scheduling.tasks.tables import tasks

_A: Final = appointments.c
_N: Final = appointment_subjects.c
_S: Final = booking_sessions.c
_B: Final = bookings.c
_L: Final = leaves.c
_T: Final = tasks.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_LONGEST: Final[Any] = literal_column(f"interval '{LONGEST.days} days'")
_MOMENTS: Final[Any] = literal_column("interval '1 millisecond'")
_CLIENTS: Final = bindparam("client_id", type_=ARRAY(Uuid))
_STAFF: Final = bindparam("staff_id", type_=ARRAY(Uuid))
_MOMENT: Final = DateTime(timezone=True)
_NOBODY: Final = cast(literal_column("'{}'"), ARRAY(Uuid))
# What shows nothing of a kind.
_NOTHING: Final[dict[str, ColumnElement[Any]]] = {
    **dict.fromkeys(
        ("title", "name", "status", "location", "client_id", "url", "series_id", "hours"), null()
    ),
    "all_day": false(), "client_ids": _NOBODY, "staff_ids": _NOBODY, "resource_ids": _NOBODY,
}  # fmt: skip


def _at(name: str) -> Any:
    return bindparam(name, type_=_MOMENT)


def _text(value: str) -> Any:
    return literal_column(f"'{value}'", Text)


def _is_kind(kind: Kind) -> ColumnElement[bool]:
    asked: ColumnElement[bool] = _text(kind) == any_(bindparam("kind", type_=ARRAY(Text)))
    return asked


def _list(  # noqa: PLR0913 - what one kind differs in from another
    kind: Kind, table: FromClause, times: tuple[Any, Any], shown: dict[str, Any],
    where: tuple[ColumnElement[bool], ...], filters: dict[str, ColumnElement[bool]],
) -> ListQuery:  # fmt: skip
    starts, ends = times
    return ListQuery(
        source=table,
        columns={
            "kind": _text(kind), "id": table.c.id, "starts_at": starts, "ends_at": ends,
            **_NOTHING, **shown,
        },
        where=where, filters={**filters, "kind": _is_kind(kind)},
        sorts={"starts_at": starts}, default_sort="starts_at", key=table.c.id,
    )  # fmt: skip


def _reaching_in(columns: Any) -> dict[str, ColumnElement[bool]]:
    """What ends after the window begins; nothing is longer than a claim may be."""
    began = columns.starts_at >= _at("from") - _LONGEST
    return {"from": and_(columns.ends_at > _at("from"), began), "to": columns.starts_at < _at("to")}


_SURVIVOR: Final = survivor_of(client_refs, _A.client_id)
_ACTION: Final = (
    select(actions.c.name)
    .where(actions.c.tenant_id == _A.tenant_id, actions.c.id == _A.action_id)
    .correlate(appointments)
    .scalar_subquery()
)
_OURS: Final = _A.tenant_id == _TENANT
_VISIBLE: Final = about_visible_client(_A.client_id)
_OF_APPOINTMENTS: Final = {
    **_reaching_in(_A),
    "client_id": about_clients(client_refs, _A.client_id, _CLIENTS),
    # With the window once more: else all that they ever had is read, then most left out.
    "staff_id": exists().where(
        _N.tenant_id == _A.tenant_id, _N.appointment_id == _A.id, _N.subject_id == any_(_STAFF),
        _N.starts_at >= _at("from") - _LONGEST, _N.starts_at < _at("to"),
    ),
}  # fmt: skip
APPOINTMENTS: Final = _list(
    "appointment", appointments, (_A.starts_at, _A.ends_at),
    {
        **{name: _A[name] for name in ("title", "status", "location", "staff_ids", "resource_ids",
                                       "series_id")},
        "name": _ACTION, "client_id": _SURVIVOR,
        "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
        "client_ids": array([_SURVIVOR]),
    },
    (_OURS, _VISIBLE), _OF_APPOINTMENTS,
)  # fmt: skip
# Somebody is taken by what the caller does not see: when, and nothing else of it.
BUSY: Final = _list(
    "busy", appointments, (_A.starts_at, _A.ends_at),
    {"staff_ids": func.array(
        select(_N.subject_id)
        .where(_N.tenant_id == _A.tenant_id, _N.appointment_id == _A.id,
               _N.subject_id == any_(_STAFF))
        .correlate(appointments)
        .scalar_subquery(),
        type_=ARRAY(Uuid),
    )},
    (_OURS, not_(_VISIBLE),
     _A.status.in_([_text(one) for one in ("scheduled", "confirmed", "done")])),
    _OF_APPOINTMENTS,
)  # fmt: skip
_BOOKED: Final = and_(
    _B.tenant_id == _S.tenant_id, _B.session_id == _S.id, about_visible_client(_B.client_id),
    _B.status.in_([_text(one) for one in ("requested", "confirmed", "attended")]),
)  # fmt: skip
_WHO: Final = (
    select(survivor_of(client_refs, _B.client_id))
    .where(_BOOKED)
    .order_by(_B.created_at, _B.id)
    .limit(literal_column("200"))
    .correlate(booking_sessions)
    .scalar_subquery()
)
_TERMS: Final = (
    select(_B.terms["name"])
    .where(_B.tenant_id == _S.tenant_id, _B.session_id == _S.id)
    .order_by(_B.created_at.desc())
    .limit(literal_column("1"))
    .correlate(booking_sessions)
    .scalar_subquery()
)
SESSIONS: Final = _list(
    "session", booking_sessions, (_S.starts_at, _S.ends_at),
    {
        "name": _TERMS, "client_ids": func.array(_WHO, type_=ARRAY(Uuid)),
        "staff_ids": array([_S.staff_id]),
        "resource_ids": _S.resource_ids,
    },
    (_S.tenant_id == _TENANT, _S.is_open),
    {
        **_reaching_in(_S), "staff_id": _S.staff_id == any_(_STAFF),
        "client_id": exists().where(
            _BOOKED, about_clients(client_refs, _B.client_id, _CLIENTS)
        ).correlate(booking_sessions),
    },
)  # fmt: skip
_ZONE: Final = bindparam("zone", type_=Text)


def _midnight(day: ColumnElement[Any]) -> ColumnElement[Any]:
    """When a day begins where the company is."""
    return func.timezone(_ZONE, cast(day, DateTime(timezone=False)), type_=_MOMENT)


_LEAVE_STARTS: Final = _midnight(_L.from_on)
_LEAVE_ENDS: Final = _midnight(_L.to_on + literal_column("1"))
LEAVES: Final = _list(
    "leave", leaves, (_LEAVE_STARTS, _LEAVE_ENDS),
    {
        "all_day": _L.hours.is_(None), "hours": _L.hours,
        "staff_ids": array([_L.user_id]),
    },
    (_L.tenant_id == _TENANT,),
    {
        "from": and_(_L.to_on >= bindparam("first", type_=Date), _at("from") < _LEAVE_ENDS),
        "to": and_(_L.from_on <= bindparam("last", type_=Date), _at("to") > _LEAVE_STARTS),
        "staff_id": _L.user_id == any_(_STAFF),
        # Nobody is away because of a client.
        "client_id": func.cardinality(_CLIENTS) < literal_column("0"),
    },
)  # fmt: skip
_TASK_CLIENT: Final = survivor_of(client_refs, _T.client_id)
TASKS: Final = _list(
    "task", tasks, (_T.due_at, _T.due_at),
    {
        "title": _T.title, "status": _T.state, "staff_ids": _T.assignee_ids,
        "client_id": _TASK_CLIENT,
        "url": literal_column("'/v1/clients/'", Text) + cast(_TASK_CLIENT, Text),
        "client_ids": func.array_remove(array([_TASK_CLIENT]), null()),
    },
    (_T.tenant_id == _TENANT, SCOPE, _T.due_at.is_not(None), _T.state != _text("cancelled")),
    {
        "from": _T.due_at >= _at("from"), "to": _T.due_at < _at("to"),
        # What is due at once goes by urgency, some microseconds before it is due.
        "staff_id": is_done_by(
            any_(_STAFF), ASSIGNEES.by_due >= _at("from") - _MOMENTS, ASSIGNEES.by_due < _at("to")
        ),
        "client_id": about_clients(client_refs, _T.client_id, _CLIENTS),
    },
)  # fmt: skip
LISTS: Final[dict[Kind, ListQuery]] = {
    "appointment": APPOINTMENTS, "busy": BUSY, "session": SESSIONS, "leave": LEAVES, "task": TASKS,
}  # fmt: skip
