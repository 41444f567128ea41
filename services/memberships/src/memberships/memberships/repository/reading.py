"""How memberships, their periods and their freezes are listed and shown."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Date,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging, json_row
from chassis.work import UnitOfWork
from memberships.defaults.use_cases import settings_of
from memberships.memberships.repository.rows import MembershipRepository
from memberships.memberships.rules.freezes import FreezeNotFound
from memberships.memberships.rules.status import MembershipNotFound
from memberships.memberships.tables import membership_freezes, membership_periods, memberships
from refs.home import today
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of

_M: Final = memberships.c
_P: Final = membership_periods.c
_F: Final = membership_freezes.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'", Text)


TODAY: Final = bindparam("today", type_=Date)
_IN_TOLERANCE: Final = _M.renewal_date + bindparam("tolerance_days", type_=Integer)
# Of both kinds `suspension` is the greater word, and hides the other.
_RESTS: Final = (
    select(func.max(_F.kind))
    .where(_F.tenant_id == _M.tenant_id, _F.membership_id == _M.id, _F.from_day <= TODAY,
           or_(_F.to_day.is_(None), _F.to_day >= TODAY))
    .correlate(memberships).scalar_subquery()
)  # fmt: skip
# The same as rules.status.status, by what was worked out of the facts: as nothing is asked for on
# a day to come, whatever lies between today and the first paid day after a gap is frozen.
STATUS: Final = case(
    (_M.cancelled_on <= TODAY, _word("cancelled")),
    else_=case(
        {"suspension": _word("suspended"), "freeze": _word("frozen")}, value=_RESTS,
        else_=case(
            (_M.covered_from.is_(None), _word("pending_payment")),
            (_M.covered_from > TODAY, _word("upcoming")),
            (or_(_M.renewal_date.is_(None), _M.renewal_date > TODAY), _word("active")),
            (_IN_TOLERANCE > TODAY, _word("grace")),
            else_=_word("expired"),
        ),
    ),
)  # fmt: skip
_newest = membership_periods.alias("newest")
_next_rest = membership_freezes.alias("next_rest")


def _whose(column: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    client_id = survivor_of(client_refs, column)
    return {"client_id": client_id, "url": _word("/v1/clients/") + cast(client_id, Text)}


def _one(columns: Mapping[str, ColumnElement[Any]], *where: Any, order: Any) -> Any:
    """The first row as JSON."""
    named = (column.label(name) for name, column in json_row(columns).items())
    row = select(*named).where(*where).order_by(order).limit(literal_column("1", Integer))
    found = row.correlate(memberships).subquery("found")
    return select(func.row_to_json(found.table_valued())).scalar_subquery()


_NEWEST: Final = _one(
    {name: _newest.c[name] for name in (
        "id", "number", "state", "invoice_id", "problem", "granted_at", "starts_on", "ends_on",
    )},
    _newest.c.tenant_id == _M.tenant_id, _newest.c.membership_id == _M.id,
    order=_newest.c.number.desc(),
)  # fmt: skip
_NEXT_REST: Final = _one(
    {"id": _next_rest.c.id, "kind": _next_rest.c.kind, "from": _next_rest.c.from_day,
     "to": _next_rest.c.to_day, "extend": _next_rest.c.extends},
    _next_rest.c.tenant_id == _M.tenant_id, _next_rest.c.membership_id == _M.id,
    or_(_next_rest.c.to_day.is_(None), _next_rest.c.to_day >= TODAY), order=_next_rest.c.from_day,
)  # fmt: skip
_ASKED_LAST: Final = (
    select(_newest.c.invoice_id)
    .where(_newest.c.tenant_id == _M.tenant_id, _newest.c.membership_id == _M.id)
    .order_by(_newest.c.number.desc()).limit(literal_column("1", Integer))
    .correlate(memberships).scalar_subquery()
)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _M[name] for name in (
        "id", "version", "created_at", "updated_at", "package_id", "next_package_id",
        "start_date", "renewal_date", "auto_renew", "discount", "note", "cancelled_on",
        "cancel_reason", "external_id", "created_by",
    )},
    **_whose(_M.client_id), "package": _M.terms, "status": STATUS,
    "ends_with_period": _M.cancels_at_end, "invoice_id": _ASKED_LAST, "period": _NEWEST,
    "freeze": _NEXT_REST,
}  # fmt: skip
_PERIOD_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _P[name] for name in (
        "id", "version", "created_at", "updated_at", "membership_id", "number", "asked_on",
        "changes_on", "state", "invoice_id", "problem", "granted_at", "starts_on", "ends_on",
    )},
    **_whose(_P.client_id), "package": _P.terms,
}  # fmt: skip
_FREEZE_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _F[name] for name in (
        "id", "version", "created_at", "updated_at", "membership_id", "kind", "reason",
        "created_by",
    )},
    **_whose(_F.client_id), "from": _F.from_day, "to": _F.to_day, "extend": _F.extends,
}  # fmt: skip


def _any_of(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    return column == any_(bindparam(name, type_=ARRAY(column.type)))


def _between(name: str, column: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": column >= bindparam(f"{name}_from", type_=column.type),
        f"{name}_to": column < bindparam(f"{name}_to", type_=column.type),
    }


def _within(column: ColumnElement[Any]) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return column.table.c.tenant_id == _TENANT, about_visible_client(column)


_OURS: Final = _within(_M.client_id)
_LIST: Final = ListQuery(
    source=memberships, columns=_SHOWN, where=_OURS,
    filters={
        "client_id": about_clients(
            client_refs, _M.client_id, bindparam("client_id", type_=ARRAY(Uuid))
        ),
        "status": _any_of(STATUS, "status"),
        **{name: _any_of(_M[name], name) for name in ("package_id", "external_id")},
        "auto_renew": _M.auto_renew == bindparam("auto_renew", type_=Boolean),
        **_between("renewal_date", _M.renewal_date), **_between("start_date", _M.start_date),
        **_between("cancelled_on", _M.cancelled_on), **_between("created", _M.created_at),
        **_between("updated", _M.updated_at),
    },
    sorts={
        **{name: _M[name] for name in ("created_at", "updated_at", "start_date")},
        # Those without one come last.
        "renewal_date": func.coalesce(
            _M.renewal_date, literal_column("'4000-01-01'::date", Date), type_=Date
        ),
    },
    default_sort="-created_at", key=_M.id,
)  # fmt: skip
_OF_MEMBERSHIP: Final = "membership_id"
_PERIOD_LIST: Final = ListQuery(
    source=membership_periods, columns=_PERIOD_SHOWN, where=_within(_P.client_id),
    filters={_OF_MEMBERSHIP: _P.membership_id == bindparam(_OF_MEMBERSHIP, type_=Uuid)},
    sorts={"number": _P.number}, default_sort="number", key=_P.id,
)  # fmt: skip
_FREEZE_LIST: Final = ListQuery(
    source=membership_freezes, columns=_FREEZE_SHOWN, where=_within(_F.client_id),
    filters={_OF_MEMBERSHIP: _F.membership_id == bindparam(_OF_MEMBERSHIP, type_=Uuid)},
    sorts={"from": _F.from_day, "created_at": _F.created_at}, default_sort="from", key=_F.id,
)  # fmt: skip
_READ: Final = document(memberships, _SHOWN, *_OURS, _M.id == bindparam("id"))
_READ_FREEZE: Final = document(
    membership_freezes, _FREEZE_SHOWN, *_within(_F.client_id), _F.id == bindparam("id")
)


async def page_of_memberships(
    work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]
) -> bytes:
    """A page of the memberships of visible clients, as JSON."""
    return await _LIST.page(work, paging, filters, **await _showing(work))


async def page_of_periods(work: UnitOfWork, paging: Paging, membership_id: UUID) -> bytes:
    """A page of a membership's periods, as JSON; raises MembershipNotFound."""
    await MembershipRepository(work).get(membership_id)
    values = (await sight_of(work)).values()
    return await _PERIOD_LIST.page(work, paging, {_OF_MEMBERSHIP: membership_id}, **values)


async def page_of_freezes(work: UnitOfWork, paging: Paging, membership_id: UUID) -> bytes:
    """A page of a membership's freezes and suspensions, as JSON; raises MembershipNotFound."""
    await MembershipRepository(work).get(membership_id)
    values = (await sight_of(work)).values()
    return await _FREEZE_LIST.page(work, paging, {_OF_MEMBERSHIP: membership_id}, **values)


async def _showing(work: UnitOfWork) -> dict[str, Any]:
    """What a membership is shown by besides its rows."""
    days = (await settings_of(work)).tolerance_days
    sight = (await sight_of(work)).values()
    return {"today": await today(work), "tolerance_days": days, **sight}


async def read_membership(work: UnitOfWork, membership_id: UUID) -> Document:
    """One as JSON; raises MembershipNotFound."""
    await MembershipRepository(work).check(membership_id)
    return await shown_membership(work, membership_id)


async def shown_membership(work: UnitOfWork, membership_id: UUID) -> Document:
    """The same of one that was just written."""
    known = {"tenant_id": work.tenant_id, "id": membership_id, **await _showing(work)}
    if (found := await read_document(work, _READ, **known)) is None:
        raise MembershipNotFound()
    return found


async def shown_freeze(work: UnitOfWork, freeze_id: UUID) -> Document:
    """A freeze as JSON, that was just written."""
    sight = (await sight_of(work)).values()
    known = {"tenant_id": work.tenant_id, "id": freeze_id, **sight}
    if (found := await read_document(work, _READ_FREEZE, **known)) is None:
        raise FreezeNotFound()
    return found
