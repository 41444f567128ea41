"""All SQL of memberships, their periods and their freezes."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import DateTime, Integer, Uuid, any_, bindparam, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.rows import rows_of
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
_MEMBERSHIP_ID: Final = bindparam("membership_id", type_=Uuid)
_LOCKED: Final = statement(
    select(*written_columns(memberships))
    .where(_M.tenant_id == bindparam("tenant_id"), _M.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_PERIODS: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id"), _P.membership_id == _MEMBERSHIP_ID)
    .order_by(_P.number)
)
_BY_INVOICE: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id"),
           _P.invoice_id == any_(bindparam("invoice_ids", type_=ARRAY(Uuid))))
    .order_by(_P.membership_id, _P.number)
)  # fmt: skip
_NUMBERED: Final = statement(
    select(*written_columns(membership_periods))
    .where(_P.tenant_id == bindparam("tenant_id"), _P.membership_id == _MEMBERSHIP_ID,
           _P.number == bindparam("number", type_=Integer))
)  # fmt: skip
_days = rows_of(membership_periods, ["id", "starts_on", "ends_on"])
_WRITE_DAYS: Final = statement(
    update(membership_periods)
    .where(_P.tenant_id == bindparam("tenant_id"), _P.id == _days.c.id)
    .values(starts_on=_days.c.starts_on, ends_on=_days.c.ends_on, version=_P.version + 1,
            updated_at=bindparam("now", type_=DateTime(timezone=True)))
)  # fmt: skip
_FREEZES: Final = statement(
    select(*written_columns(membership_freezes))
    .where(_F.tenant_id == bindparam("tenant_id"), _F.membership_id == _MEMBERSHIP_ID)
    .order_by(_F.from_day, _F.id)
)


class MembershipRepository(AboutClients[Membership]):
    """The memberships of the clients that the caller may see."""

    table = memberships
    row = Membership
    scope = about_visible_client(_M.client_id)
    missing = MembershipNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What I see."""
        return {**(await sight_of(self.work)).values()}

    async def locked(self, membership_id: UUID) -> Membership | None:
        """One that a job or an event is about, locked, if it is still there."""
        return await self.one(_LOCKED, id=membership_id)

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


class PeriodRepository(AboutClients[MembershipPeriod]):
    """The periods of memberships of the clients that the caller may see."""

    table = membership_periods
    row = MembershipPeriod
    scope = about_visible_client(_P.client_id)
    missing = MembershipNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What I see."""
        return {**(await sight_of(self.work)).values()}

    async def of(self, membership_id: UUID) -> list[MembershipPeriod]:
        """All of a membership, in order, granted or not."""
        return await self.all(_PERIODS, membership_id=membership_id)

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
            await self.work.execute(_WRITE_DAYS, **known, rows=list(days))


class FreezeRepository(AboutClients[MembershipFreeze]):
    """The freezes and suspensions of memberships of the clients that the caller may see."""

    table = membership_freezes
    row = MembershipFreeze
    scope = about_visible_client(_F.client_id)
    missing = FreezeNotFound

    async def scope_values(self) -> dict[str, Any]:
        """What I see."""
        return {**(await sight_of(self.work)).values()}

    async def of(self, membership_id: UUID) -> list[MembershipFreeze]:
        """All of a membership, by their first day."""
        return await self.all(_FREEZES, membership_id=membership_id)


def _taken(error: asyncpg.UniqueViolationError) -> Exception:
    if error.constraint_name == "uq_memberships__external_id":
        return MembershipExternalIdTaken(field="external_id")
    return error
