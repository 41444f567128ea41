"""The SQL that finds charges which end, some at a time."""

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Date, Uuid, bindparam, cast, literal_column, not_, select

from chassis.context import Context
from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from memberships.credit.repository.clauses import TODAY, is_at_rest
from memberships.credit.tables.ledger import credit_lots
from memberships.credit_types.tables import credit_types

_L: Final = credit_lots.c
_K: Final = credit_types.c
_ours: Final[Any] = (
    _L.tenant_id == bindparam("tenant_id", type_=Uuid), _L.remaining > literal_column("0"),
    _L.expires_on.is_not(None),
)  # fmt: skip
_found = select(_L.id, _L.account_id, _L.credit_type_id)
_OVER: Final = statement(
    _found.where(*_ours, _L.expires_on < TODAY).order_by(_L.expires_on, _L.id)
    .limit(literal_column("100"))
)  # fmt: skip
_SOON: Final = statement(
    _found.join(credit_types, (_K.tenant_id == _L.tenant_id) & (_K.id == _L.credit_type_id))
    .where(*_ours, not_(_L.is_expiring_told), _L.expires_on >= TODAY,
           _L.expires_on < cast(TODAY + _K.expiring_soon_days, Date), _L.starts_on <= TODAY,
           _L.stopped_at.is_(None), _L.taken_back_at.is_(None), not_(is_at_rest(_L.rests)))
    .order_by(_L.expires_on, _L.id).limit(literal_column("100"))
)  # fmt: skip


async def tenants(context: Context) -> list[UUID]:
    """The companies that may have something to look at, be it tomorrow there already."""
    tomorrow = context.database.clock().date() + timedelta(days=1)
    found = await context.system.look_up("tenants_with_expiring_credit", tomorrow)
    return [row["tenant_id"] for row in found]


async def over(work: UnitOfWork, today: date) -> list[Record]:
    """Some charges that have ended, and of which something is left."""
    return await work.fetch(_OVER, tenant_id=work.tenant_id, today=today)


async def soon(work: UnitOfWork, today: date) -> list[Record]:
    """Some that can be used, end within the days of their type, and of which nobody was told."""
    return await work.fetch(_SOON, tenant_id=work.tenant_id, today=today)
