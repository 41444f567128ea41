"""How appointments are listed and shown."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    FromClause,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, by_ids, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.appointments.repository.records import AppointmentRepository, SeenSeriesRepository
from scheduling.appointments.rules.failures import AppointmentNotFound, SeriesNotFound
from scheduling.appointments.tables import (
    appointment_moves,
    appointment_series,
    appointment_subjects,
    appointments,
)
from scheduling.claims.rules import LONGEST

_A: Final = appointments.c
_S: Final = appointment_subjects.c
_M: Final = appointment_moves.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = client_refs.alias("of_client")
_SERIES: Final = appointment_series.alias("of_series")
_SURVIVOR: Final = func.coalesce(_CLIENT.c.merged_into, _A.client_id, type_=Uuid)
_LONGEST: Final[ColumnElement[Any]] = literal_column(f"interval '{LONGEST.days} days'")
# A wall time, which has no zone.
_LOCAL: Final = literal_column("""'YYYY-MM-DD"T"HH24:MI:SS'""", Text)
_ALIKE: Final = (
    "id", "version", "created_at", "updated_at", "staff_ids", "resource_ids", "starts_at",
    "ends_at", "action_id", "title", "location", "note", "status", "reminders", "reminds_client",
    "series_id", "link_expires_at", "viewed_at", "message_id", "mail_failure", "confirmed_at",
    "confirmed_by", "done_at", "cancelled_at", "cancel_reason", "created_by",
)  # fmt: skip


_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _A[name] for name in _ALIKE},
    "client_id": _SURVIVOR,
    "url": literal_column("'/v1/clients/'", Text) + cast(_SURVIVOR, Text),
    "duration_minutes": cast(
        func.extract("epoch", _A.ends_at - _A.starts_at) / literal_column("60"), Integer
    ),
    "linked": case(
        (_A.linked_id.is_not(None), func.json_build_object(
            literal_column("'type'"), _A.linked_type, literal_column("'id'"), _A.linked_id
        )),
    ),
    "occurrence": func.to_char(_A.occurrence, _LOCAL),
    "recurrence": _SERIES.c.rule, "skip_holidays": _SERIES.c.skips_holidays,
    "timezone": _SERIES.c.timezone, "shared_with_client": _A.is_shared,
}  # fmt: skip


def _told(source: FromClause) -> FromClause:
    """With whom they are about now, and how they recur."""
    return source.outerjoin(
        _CLIENT, (_CLIENT.c.tenant_id == _TENANT) & (_CLIENT.c.id == _A.client_id)
    ).outerjoin(_SERIES, (_SERIES.c.tenant_id == _TENANT) & (_SERIES.c.id == _A.series_id))


def _any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _between(name: str, column: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=column.type),
        f"{name}_to": column < bindparam(f"{name}_to", type_=column.type),
    }


_OF_SUBJECT: Final = (_S.tenant_id == _A.tenant_id) & (_S.appointment_id == _A.id)
# The window of the list, once more: else all that somebody ever had is read, then most left out.
_WITHIN: Final = (
    _S.starts_at >= bindparam("since", type_=_S.starts_at.type),
    _S.starts_at < bindparam("until", type_=_S.starts_at.type),
)
_EVER: Final = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _needs(name: str) -> ColumnElement[bool]:
    return exists().where(_OF_SUBJECT, _any_of(_S.subject_id, name), *_WITHIN)


_ENDS_FROM: Final = bindparam("ends_from", type_=_A.ends_at.type)
_OURS: Final = (_A.tenant_id == _TENANT, about_visible_client(_A.client_id))
_LIST: Final = ListQuery(
    source=_told(appointments), columns=_SHOWN, where=_OURS,
    filters={
        "client_id": about_clients(
            client_refs, _A.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        **{name: _any_of(_A[name], name)
           for name in ("action_id", "series_id", "status", "linked_type", "linked_id")},
        "shared_with_client": _A.is_shared == bindparam("shared_with_client", type_=Boolean),
        **_between("starts", _A.starts_at), **_between("ends", _A.ends_at),
        **_between("updated", _A.updated_at),
        # None is longer: so what has not ended yet is found by when it begins.
        "ends_from": (_A.ends_at >= _ENDS_FROM) & (_A.starts_at >= _ENDS_FROM - _LONGEST),
    },
    sorts={name: _A[name] for name in ("starts_at", "updated_at", "created_at")},
    default_sort="starts_at", key=_A.id,
)  # fmt: skip
_SUBJECTS: Final = ("staff_id", "resource_id")
_OF_SEVERAL: Final = replace(
    _LIST,
    source=appointments,
    filters={**_LIST.filters, **{name: _needs(name) for name in _SUBJECTS}},
    told=by_ids(
        _told(appointments), _SHOWN, *_OURS, _A.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    ),
)  # fmt: skip


# Of so many asked for most of what there is at a time is somebody's: it is gone through in order.
_MANY: Final = 10
_OF_MANY: Final = replace(
    _OF_SEVERAL,
    filters={
        **_LIST.filters,
        **{name: _A[f"{name}s"].overlap(bindparam(name, type_=ARRAY(Uuid))) for name in _SUBJECTS},
    },
)  # fmt: skip


def _of_one(name: str) -> ListQuery:
    """Of one of the staff, or one resource: theirs are read in order until a page is full."""
    return replace(
        _OF_SEVERAL,
        source=appointments.join(appointment_subjects, _OF_SUBJECT),
        where=(*_OURS, _S.tenant_id == _TENANT, *_WITHIN),
        filters={**_LIST.filters, name: _S.subject_id == bindparam(name, type_=Uuid)},
        sorts={**_LIST.sorts, "starts_at": _S.starts_at},
        key=_S.appointment_id,
    )


_OF_ONE: Final = {name: _of_one(name) for name in _SUBJECTS}
_OF_APPOINTMENT: Final = "appointment_id"
_MOVE_LIST: Final = ListQuery(
    source=_told(appointment_moves.join(
        appointments, (_A.tenant_id == _M.tenant_id) & (_A.id == _M.appointment_id)
    )),
    columns={
        name: _M[name] for name in (
            "id", "version", "created_at", "updated_at", "appointment_id", "from_starts_at",
            "from_ends_at", "to_starts_at", "to_ends_at", "reason", "moved_by",
        )
    } | {name: _SHOWN[name] for name in ("client_id", "url")},
    where=(_M.tenant_id == _TENANT,),
    filters={_OF_APPOINTMENT: _M.appointment_id == bindparam(_OF_APPOINTMENT, type_=Uuid)},
    sorts={"created_at": _M.created_at}, default_sort="created_at", key=_M.id,
)  # fmt: skip
_READ: Final = document(_told(appointments), _SHOWN, *_OURS, _A.id == bindparam("id", type_=Uuid))

_ROW: Final = appointment_series.c
_OF_CLIENT: Final = survivor_of(client_refs, _ROW.client_id)
_READ_SERIES: Final = document(
    appointment_series,
    {
        **{name: _ROW[name] for name in ("id", "version", "created_at", "updated_at", "timezone")},
        "client_id": _OF_CLIENT,
        "url": literal_column("'/v1/clients/'", Text) + cast(_OF_CLIENT, Text),
        "recurrence": _ROW.rule, "skip_holidays": _ROW.skips_holidays,
        "first_at": func.to_char(_ROW.first_local, _LOCAL),
    },
    _ROW.tenant_id == _TENANT, about_visible_client(_ROW.client_id),
    _ROW.id == bindparam("id", type_=Uuid),
)  # fmt: skip


async def page_of_appointments(
    work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]
) -> bytes:
    """A page of the appointments with visible clients, as JSON."""
    values = (await sight_of(work)).values()
    if not (named := [name for name in _SUBJECTS if filters.get(name)]):
        return await _LIST.page(work, paging, filters, **values)
    since, until = _window(filters)
    values |= {"since": since, "until": until}
    await work.plan_for_values()
    [first, *others] = named
    if len(filters[first]) == 1 and not others:
        one = {**filters, first: filters[first][0]}
        return await _OF_ONE[first].page(work, paging, one, **values)
    few = any(len(filters[name]) < _MANY for name in named)
    several = _OF_SEVERAL if few else _OF_MANY
    return await several.page(work, paging, filters, **values)


def _window(filters: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Between which times all begin that are asked for."""
    since, until = _EVER
    if (ends_from := filters.get("ends_from")) is not None:
        since = ends_from - min(LONGEST, ends_from - since)
    since = max(since, filters.get("starts_from") or since)
    untils = (filters.get(name) or until for name in ("starts_to", "ends_to"))
    return since, min(untils)


async def page_of_moves(work: UnitOfWork, paging: Paging, appointment_id: UUID) -> bytes:
    """A page of what moved an appointment, as JSON; raises AppointmentNotFound."""
    await AppointmentRepository(work).get(appointment_id)
    return await _MOVE_LIST.page(work, paging, {_OF_APPOINTMENT: appointment_id})


async def read_series(work: UnitOfWork, series_id: UUID) -> Document:
    """How appointments recur, as JSON; raises SeriesNotFound."""
    await SeenSeriesRepository(work).check(series_id)
    known = {"tenant_id": work.tenant_id, "id": series_id}
    sight = (await sight_of(work)).values()
    if (found := await read_document(work, _READ_SERIES, **known, **sight)) is None:
        raise SeriesNotFound()
    return found


async def read_appointment(work: UnitOfWork, appointment_id: UUID) -> Document:
    """One as JSON; raises AppointmentNotFound."""
    await AppointmentRepository(work).check(appointment_id)
    return await shown_appointment(work, appointment_id)


async def shown_appointment(work: UnitOfWork, appointment_id: UUID) -> Document:
    """The same of one that was just written."""
    known = {"tenant_id": work.tenant_id, "id": appointment_id}
    sight = (await sight_of(work)).values()
    if (found := await read_document(work, _READ, **known, **sight)) is None:
        raise AppointmentNotFound()
    return found
