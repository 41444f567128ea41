"""What events of all services tell of a client: its last activity and its last contact."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    column,
    exists,
    extract,
    func,
    literal_column,
    select,
    table,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.standings.repository import next_visit

# Named, not imported: the timeline builds on clients. It is beside the client, so that an event of
# any service touches neither the client's row nor its indexes.
_activity: Final = table(
    "client_activity", column("tenant_id", Uuid), column("client_id", Uuid),
    column("last_activity_at", DateTime(timezone=True)),
    column("last_contact_at", DateTime(timezone=True)), column("balances", JSONB),
    column("balance_currency", Text), column("appointments", ARRAY(DateTime(timezone=True))),
)  # fmt: skip
_LONG_AGO: Final = literal_column("timestamptz 'epoch'", DateTime(timezone=True))
_CONTACT: Final = statement(
    select(_activity.c.last_contact_at).where(
        _activity.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        _activity.c.client_id == bindparam("client_id", type_=Uuid),
    )
)


def with_activity(source: FromClause) -> FromClause:
    """The source with what is told of its clients by events of all services."""
    c = source.c
    same = (_activity.c.tenant_id == c.tenant_id) & (_activity.c.client_id == c.id)
    return source.outerjoin(_activity, same)


def told_beside(currency: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    """What is told of a client beside its own row."""
    last = _activity.c.last_contact_at
    in_own = _activity.c.balances.op("->>", return_type=Text())(currency)
    in_newest = _activity.c.balances.op("->>", return_type=Text())(_activity.c.balance_currency)
    return {
        "balance_due": _if("reads_money", func.coalesce(in_own, in_newest)),
        "balance_currency": _if(
            "reads_money", case((in_own.is_not(None), currency), else_=_activity.c.balance_currency)
        ),
        "next_appointment_at": _if("reads_calendar", next_visit(_activity)),
        "last_activity_at": _activity.c.last_activity_at, "last_contact_at": last,
        "days_since_contact": cast(extract("day", func.now() - last), Integer),
    }  # fmt: skip


def _if(right: str, value: ColumnElement[Any]) -> ColumnElement[Any]:
    return case((bindparam(right, type_=Boolean), value))


def when(source: FromClause, name: str) -> ColumnElement[Any]:
    """When anything last happened to a client, or anybody was last in touch: long ago if never."""
    found = select(_activity.c[name]).where(
        _activity.c.tenant_id == source.c.tenant_id, _activity.c.client_id == source.c.id
    )
    return func.coalesce(found.correlate(source).scalar_subquery(), _LONG_AGO)


def is_known(source: FromClause, has: Callable[[Any], ColumnElement[bool]]) -> ColumnElement[bool]:
    """Whether what is known of the client's activity has this property."""
    return exists(
        select(_activity.c.client_id)
        .where(_activity.c.tenant_id == source.c.tenant_id,
               _activity.c.client_id == source.c.id, has(_activity.c))
        .correlate(source)
    )  # fmt: skip


async def last_contact(work: UnitOfWork, client_id: UUID) -> datetime | None:
    """When somebody was last in touch with a client."""
    found: datetime | None = await work.fetchval(
        _CONTACT, tenant_id=work.tenant_id, client_id=client_id
    )
    return found
