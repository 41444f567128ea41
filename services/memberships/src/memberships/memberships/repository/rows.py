"""All SQL of single memberships, their periods and their freezes, and of what changes them."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Date,
    DateTime,
    Integer,
    Uuid,
    any_,
    bindparam,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.rows import rows_of, written
from chassis.statements import statement
from chassis.tables import written_columns
from memberships.memberships.rules.freezes import FreezeNotFound
from memberships.memberships.rules.status import MembershipExternalIdTaken, MembershipNotFound
from memberships.memberships.tables import (
    Membership,
    MembershipFreeze,
    MembershipPeriod,
    membership_freezes,
    membership_periods,
    memberships,
)
from refs.lag import AboutClients
from refs.visibility import about_visible_client, sight_of

_M: Final = memberships.c
_P: Final = membership_periods.c
_F: Final = membership_freezes.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_IDS: Final = any_(bindparam("ids", type_=ARRAY(Uuid)))
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))
_LOCKED: Final = statement(
    select(*written_columns(memberships))
    .where(_M.tenant_id == _TENANT, _M.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
# Whoever is at work on one looks at it too: it is left to them.
_TO_LOOK_AT: Final = statement(
    select(*written_columns(memberships))
    .where(_M.tenant_id == _TENANT, _M.look_on <= bindparam("day", type_=Date))
    .order_by(_M.look_on, _M.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_looked = rows_of(memberships, ["id", "told_status", "started_on", "look_on"])
_LOOKED: Final = statement(
    update(memberships)
    .where(_M.tenant_id == _TENANT, _M.id == _looked.c.id)
    .values(told_status=_looked.c.told_status, started_on=_looked.c.started_on,
            look_on=_looked.c.look_on, version=_M.version + 1, updated_at=_NOW)
    .returning(*written_columns(memberships))
)  # fmt: skip
# Of one that is to end nothing comes but its end.
_coming = (
    select(_M.tenant_id, _M.id)
    .where(_M.tenant_id == _TENANT, _M.renewal_date > bindparam("day", type_=Date),
           _M.renewal_date <= bindparam("until", type_=Date), _M.cancelled_on.is_(None),
           not_(_M.cancels_at_end), _M.renewal_date.is_distinct_from(_M.expiring_told_for))
    .order_by(_M.renewal_date, _M.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
    .cte("coming")
)  # fmt: skip
_TOLD_EXPIRING: Final = statement(
    update(memberships)
    .where(_M.tenant_id == _coming.c.tenant_id, _M.id == _coming.c.id)
    .values(expiring_told_for=_M.renewal_date, version=_M.version + 1, updated_at=_NOW)
    .returning(*written_columns(memberships))
)
_SOME: Final = statement(
    select(*written_columns(memberships))
    .where(_M.tenant_id == _TENANT, _M.id > bindparam("after", type_=Uuid))
    .order_by(_M.id)
    .limit(bindparam("most", type_=Integer))
)
_FORGOTTEN: Final = statement(
    update(memberships)
    .where(_M.tenant_id == _TENANT, _M.client_id == bindparam("client_id"))
    .values(note=None, cancel_reason=None, auto_renew=False, version=_M.version + 1,
            updated_at=_NOW)
    .returning(*written_columns(memberships))
)  # fmt: skip
_on = bindparam("on", type_=Date)
_ENDED: Final = statement(
    update(memberships)
    .where(_M.tenant_id == _TENANT, _M.id == _IDS)
    .where(or_(_M.cancelled_on.is_(None), _M.cancelled_on > _on))
    .values(cancels_at_end=False, cancelled_on=_on, told_status="cancelled", look_on=None)
    .returning(*written_columns(memberships))
)
_PERIODS: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == _TENANT, _P.membership_id == _IDS)
    .order_by(_P.membership_id, _P.number)
)
_BY_INVOICE: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == _TENANT,
           _P.invoice_id == any_(bindparam("invoice_ids", type_=ARRAY(Uuid))))
    .order_by(_P.membership_id, _P.number)
)  # fmt: skip
_NUMBERED: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == _TENANT, _P.membership_id == bindparam("membership_id", type_=Uuid),
           _P.number == bindparam("number", type_=Integer))
)  # fmt: skip
_days = rows_of(membership_periods, ["id", "starts_on", "ends_on"])
_WRITE_DAYS: Final = statement(
    update(membership_periods)
    .where(_P.tenant_id == _TENANT, _P.id == _days.c.id)
    .values(starts_on=_days.c.starts_on, ends_on=_days.c.ends_on, version=_P.version + 1,
            updated_at=_NOW)
)  # fmt: skip
_FREEZES: Final = statement(
    select(*written_columns(membership_freezes))
    .where(_F.tenant_id == _TENANT, _F.membership_id == _IDS)
    .order_by(_F.membership_id, _F.from_day, _F.id)
)
_WITHOUT_REASON: Final = statement(
    update(membership_freezes)
    .where(_F.tenant_id == _TENANT, _F.client_id == bindparam("client_id"),
           _F.reason.is_not(None))
    .values(reason=None, version=_F.version + 1, updated_at=_NOW)
)  # fmt: skip


class _Seen:
    """What is read of the clients that the caller may see."""

    work: Any

    async def scope_values(self) -> dict[str, Any]:
        """What I see."""
        return {**(await sight_of(self.work)).values()}


class MembershipRepository(_Seen, AboutClients[Membership]):
    """The memberships of the clients that the caller may see."""

    table = memberships
    row = Membership
    scope = about_visible_client(_M.client_id)
    missing = MembershipNotFound

    async def locked(self, membership_id: UUID) -> Membership | None:
        """One that a job or an event is about, locked, if it is still there."""
        return await self.one(_LOCKED, id=membership_id)

    async def to_look_at(self, day: date, most: int) -> list[Membership]:
        """Some whose status time alone may have changed by this day, locked."""
        return await self.all(_TO_LOOK_AT, day=day, most=most)

    async def write_looked(self, looked: Sequence[dict[str, Any]]) -> list[Membership]:
        """The `told_status`, `started_on` and `look_on` of each `id`; the rows as they are then."""
        rows = [written(one) for one in looked]
        return await self.all(_LOOKED, rows=rows, now=self.work.now) if rows else []

    async def told_expiring(self, day: date, until: date, most: int) -> list[Membership]:
        """Some whose renewal date comes after a day, until another one, of which it was not told:
        they are told of now. Whoever is at work on one leaves it to be told later.
        """
        return await self.all(_TOLD_EXPIRING, day=day, until=until, most=most, now=self.work.now)

    async def some(self, after: UUID, most: int) -> list[Membership]:
        """Some of the company's, by id, beyond this one."""
        return await self.all(_SOME, after=after, most=most)

    async def forget(self, client_id: UUID) -> list[Membership]:
        """No word about this client any more, and nothing renewed by itself."""
        return await self.all(_FORGOTTEN, client_id=client_id, now=self.work.now)

    async def end(self, ids: Collection[UUID], on: date) -> list[Membership]:
        """These are over; those that were not before."""
        return await self.all(_ENDED, ids=list(ids), on=on)

    async def add(self, **values: Any) -> Membership:
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error

    async def update(self, row: Membership, **changes: Any) -> Membership:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise _taken(error) from error


class PeriodRepository(_Seen, AboutClients[MembershipPeriod]):
    """The periods of memberships of the clients that the caller may see."""

    table = membership_periods
    row = MembershipPeriod
    scope = about_visible_client(_P.client_id)
    missing = MembershipNotFound

    async def of(self, *membership_ids: UUID) -> list[MembershipPeriod]:
        """All of these memberships, granted or not, by membership and number."""
        return await self.all(_PERIODS, ids=list(membership_ids))

    async def numbered(self, membership_id: UUID, number: int) -> MembershipPeriod | None:
        """One of a membership."""
        return await self.one(_NUMBERED, membership_id=membership_id, number=number)

    async def by_invoice(self, invoice_ids: Collection[UUID]) -> list[MembershipPeriod]:
        """Those that these invoices are for."""
        return await self.all(_BY_INVOICE, invoice_ids=list(invoice_ids))

    async def write_days(self, days: Sequence[dict[str, Any]]) -> None:
        """The `starts_on` and `ends_on` of each `id`, which follow from facts: no audit of them."""
        if days:
            known = {"tenant_id": self.work.tenant_id, "now": self.work.now}
            await self.work.execute(_WRITE_DAYS, **known, rows=[written(one) for one in days])


class FreezeRepository(_Seen, AboutClients[MembershipFreeze]):
    """The freezes and suspensions of memberships of the clients that the caller may see."""

    table = membership_freezes
    row = MembershipFreeze
    scope = about_visible_client(_F.client_id)
    missing = FreezeNotFound

    async def of(self, *membership_ids: UUID) -> list[MembershipFreeze]:
        """All of these memberships, by membership and first day."""
        return await self.all(_FREEZES, ids=list(membership_ids))

    async def to_change(self, membership_id: UUID, freeze_id: UUID) -> MembershipFreeze:
        """One of a membership that is locked already; raises FreezeNotFound and Stale."""
        found = await Repository.get_for_update(self, freeze_id)
        if found.membership_id != membership_id:
            raise FreezeNotFound()
        return found

    async def forget(self, client_id: UUID) -> None:
        """No reason of this client's any more."""
        known = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        await self.work.execute(_WITHOUT_REASON, **known, client_id=client_id)


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    if error.constraint_name == "uq_memberships__external_id":
        return MembershipExternalIdTaken(field="external_id")
    return error
