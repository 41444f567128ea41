"""Whose time somebody sees, and what it comes to."""

from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Numeric,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    extract,
    func,
    literal_column,
    or_,
)

from chassis.work import UnitOfWork
from refs.visibility import about_visible_client, sight_of
from scheduling.time_entries.rules import HOUR_DIGITS
from scheduling.time_entries.tables import time_entries

_C: Final = time_entries.c
OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
# For a visible client; what is for none is theirs who worked or wrote it down.
SCOPE: Final[ColumnElement[bool]] = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("manages", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
        _C.user_id == bindparam("my_id", type_=Uuid),
    ),
)
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))
_SPAN: Final = extract("epoch", func.coalesce(_C.ended_at, _NOW) - _C.started_at)
# Of what began this moment, by a clock that is ahead, nothing yet.
SECONDS: Final = cast(func.greatest(func.floor(_SPAN), literal_column("0")), BigInteger)
_HOURS: Final = func.round(
    cast(SECONDS, Numeric) / literal_column("3600.0", Numeric), literal_column(str(HOUR_DIGITS)),
    type_=Numeric,
)  # fmt: skip
# As rules.hours and a line of an invoice have it: PostgreSQL rounds numerics half away from zero.
AMOUNT: Final = cast(func.round(_C.rate_minor * _HOURS, type_=Numeric), BigInteger)


# What somebody's hour costs is theirs to know, and theirs who may see what is billed.
SEES_MONEY: Final[ColumnElement[bool]] = or_(
    bindparam("reads_money", type_=Boolean), _C.user_id == bindparam("my_id", type_=Uuid)
)


async def scope_values(work: UnitOfWork) -> dict[str, Any]:
    """What the caller sees, of money too, who they are, and what time it is."""
    caller = work.caller
    return {
        "manages": caller.may("scheduling:manage"), "principal": caller.principal,
        "reads_money": caller.may("billing:read"), "my_id": caller.user_id, "now": work.now,
        **(await sight_of(work)).values(),
    }  # fmt: skip
