"""All SQL of periods that are asked for, paid and taken back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Date,
    DateTime,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.rows import rows_of, written
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from memberships.memberships.tables import membership_freezes, membership_periods, memberships
from memberships.sales.rules.asking import Asked
from memberships.sales.tables import Membership, MembershipPeriod

MOST: Final = 500
_M: Final = memberships.c
_P: Final = membership_periods.c
_F: Final = membership_freezes.c
_OURS: Final = _M.tenant_id == bindparam("tenant_id")
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_TODAY: Final = bindparam("today", type_=Date)

_LOCKED: Final = statement(
    select(*written_columns(memberships))
    .where(_OURS, exists().where(_P.tenant_id == _M.tenant_id, _P.membership_id == _M.id,
                                 _P.id == any_(_IDS)))
    .order_by(_M.id)
    .with_for_update()
)  # fmt: skip
_PERIODS: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id"), _P.id == any_(_IDS))
    .order_by(_P.membership_id, _P.number)
    .with_for_update()
)
_given: Final = rows_of(membership_periods, ["id", "state", "invoice_id", "problem"])
_ANSWERED: Final = statement(
    update(membership_periods)
    .where(_P.tenant_id == bindparam("tenant_id"), _P.id == _given.c.id)
    .values({name: _given.c[name] for name in ("state", "invoice_id", "problem")})
    .values(version=_P.version + 1, updated_at=bindparam("at", type_=DateTime(timezone=True)))
    .returning(*written_columns(membership_periods))
)
_LAST: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id"),
           _P.membership_id == bindparam("membership_id", type_=Uuid))
    .order_by(_P.number.desc())
    .limit(1)
)  # fmt: skip
_worded: Final = rows_of(membership_periods, ["id", "terms", "price_minor", "billed_minor"])
_AGAIN: Final = statement(
    update(membership_periods)
    .where(_P.tenant_id == bindparam("tenant_id"), _P.id == _worded.c.id)
    .values(state=literal_column(f"'{Asked.PENDING}'", Text), problem=None, terms=_worded.c.terms,
            price_minor=_worded.c.price_minor, billed_minor=_worded.c.billed_minor,
            version=_P.version + 1, updated_at=bindparam("at", type_=DateTime(timezone=True)))
    .returning(*written_columns(membership_periods))
)  # fmt: skip
# What was to replace another one and was withdrawn is as if nobody had asked for it.
_last: Final = (
    select(_P.granted_at, _P.state, _P.updated_at, _P.id)
    .where(_P.tenant_id == _M.tenant_id, _P.membership_id == _M.id,
           or_(_P.changes_on.is_(None),
               _P.state != literal_column(f"'{Asked.WITHDRAWN}'", Text)))
    .order_by(_P.number.desc())
    .limit(1)
    .lateral("last_period")
)  # fmt: skip
_last_number: Final = (
    select(func.max(_P.number))
    .where(_P.tenant_id == _M.tenant_id, _P.membership_id == _M.id)
    .correlate(memberships)
    .scalar_subquery()
)
_RESTS: Final = exists().where(
    _F.tenant_id == _M.tenant_id, _F.membership_id == _M.id, _F.from_day <= _TODAY,
    or_(_F.to_day.is_(None), _F.to_day >= _TODAY),
)  # fmt: skip
_RENEWS: Final = and_(
    _OURS, _M.auto_renew, _M.cancelled_on.is_(None), ~_M.cancels_at_end,
    _M.renewal_date <= bindparam("until", type_=Date), ~_RESTS,
    _M.id > bindparam("after", type_=Uuid),
)  # fmt: skip
# What another worker is at is left to it.
_DUE: Final = statement(
    select(*written_columns(memberships), _last_number.label("last_number"))
    .select_from(memberships.join(_last, true()))
    .where(_RENEWS, _last.c.granted_at.is_not(None))
    .order_by(_M.id)
    .limit(MOST)
    .with_for_update(of=memberships, skip_locked=True)
)
_REFUSED: Final = statement(
    select(*written_columns(memberships), _last.c.id.label("period_id"))
    .select_from(memberships.join(_last, true()))
    .where(_OURS, _M.auto_renew, _M.cancelled_on.is_(None), ~_M.cancels_at_end, ~_RESTS,
           _M.id > bindparam("after", type_=Uuid), _last.c.granted_at.is_(None),
           _last.c.state == literal_column(f"'{Asked.REFUSED}'", Text),
           _last.c.updated_at < bindparam("before", type_=DateTime(timezone=True)))
    .order_by(_M.id)
    .limit(MOST)
    .with_for_update(of=memberships, skip_locked=True)
)  # fmt: skip


async def locked_of(work: UnitOfWork, period_ids: Collection[UUID]) -> dict[UUID, Membership]:
    """The memberships of some periods, locked in one order, by id."""
    rows = await work.fetch(_LOCKED, tenant_id=work.tenant_id, ids=list(period_ids))
    return {row["id"]: Membership(**row) for row in rows}


async def periods(work: UnitOfWork, period_ids: Collection[UUID]) -> dict[UUID, MembershipPeriod]:
    """Some periods, locked after their memberships; by membership and number."""
    rows = await work.fetch(_PERIODS, tenant_id=work.tenant_id, ids=list(period_ids))
    return {row["id"]: MembershipPeriod(**row) for row in rows}


async def last(work: UnitOfWork, membership_id: UUID) -> MembershipPeriod | None:
    """The period that was asked for last, of a membership that is locked."""
    values = {"tenant_id": work.tenant_id, "membership_id": membership_id}
    row = await work.fetchrow(_LAST, **values)
    return MembershipPeriod(**row) if row else None


async def to_ask_again(
    work: UnitOfWork, rows: Sequence[Mapping[str, Any]]
) -> dict[UUID, MembershipPeriod]:
    """Some that billing refused, waiting for its answer again: each `id`, with the `terms`,
    `price_minor` and `billed_minor` of now.
    """
    values = {"tenant_id": work.tenant_id, "rows": [written(one) for one in rows], "at": work.now}
    return {row["id"]: MembershipPeriod(**row) for row in await work.fetch(_AGAIN, **values)}


async def answered(
    work: UnitOfWork, answers: Sequence[Mapping[str, Any]]
) -> dict[UUID, MembershipPeriod]:
    """What became of each: its `id`, `state`, `invoice_id` and `problem`; as they are then."""
    rows = await work.fetch(
        _ANSWERED, tenant_id=work.tenant_id, rows=list(answers), at=work.now
    ) if answers else []  # fmt: skip
    return {row["id"]: MembershipPeriod(**row) for row in rows}


async def due(
    work: UnitOfWork, today: date, until: date, after: UUID
) -> list[tuple[Membership, int]]:
    """Some that are to be renewed until a day, by id, locked; with their last period's number."""
    values = {"tenant_id": work.tenant_id, "today": today, "until": until, "after": after}
    rows = await work.fetch(_DUE, **values)
    return [_with(dict(row), "last_number") for row in rows]


async def refused(
    work: UnitOfWork, today: date, before: datetime, after: UUID
) -> list[tuple[Membership, UUID]]:
    """Some whose renewal billing refused before then, by id, locked; with the period."""
    values = {"tenant_id": work.tenant_id, "today": today, "before": before, "after": after}
    rows = await work.fetch(_REFUSED, **values)
    return [_with(dict(row), "period_id") for row in rows]


def _with(row: dict[str, Any], name: str) -> tuple[Membership, Any]:
    found = row.pop(name)
    return Membership(**row), found
