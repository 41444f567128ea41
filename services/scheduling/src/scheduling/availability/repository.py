"""All SQL of when staff work."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Date,
    Integer,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from scheduling.availability.rules.failures import LeaveNotFound, OverrideNotFound, StaffNotFound
from scheduling.availability.tables import (
    AvailabilityOverride,
    LeaveRow,
    StaffHours,
    availability_overrides,
    leaves,
    staff_hours,
)

NOTHING_SAID: Final[dict[str, Any]] = {
    "hours": None, "timezone": None, "buffer_before": 0, "buffer_after": 0,
    "works_on_holidays": False,
}  # fmt: skip
MOST: Final = 500
_H: Final = staff_hours.c
_O: Final = availability_overrides.c
_L: Final = leaves.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_USERS: Final = bindparam("user_ids", type_=ARRAY(Uuid))
_FIRST: Final = bindparam("first", type_=Date)
_LAST: Final = bindparam("last", type_=Date)
_RESOURCE: Final = ("id", "version", "created_at", "updated_at")

_HOURS: Final = statement(
    select(*written_columns(staff_hours)).where(_H.tenant_id == _TENANT, _H.id == any_(_USERS))
)
# The strongest first: by name before everybody's, the later made before the earlier.
_OVERRIDES: Final = statement(
    select(*written_columns(availability_overrides))
    .where(
        _O.tenant_id == _TENANT, _O.to_on >= _FIRST, _O.from_on <= _LAST,
        or_(func.cardinality(_O.user_ids) == 0, _O.user_ids.overlap(_USERS)),
    )
    .order_by(func.cardinality(_O.user_ids) == 0, _O.created_at.desc(), _O.id.desc())
    .limit(bindparam("most", type_=Integer))
)  # fmt: skip
_LEAVES: Final = statement(
    select(*written_columns(leaves))
    .where(
        _L.tenant_id == _TENANT, _L.user_id == any_(_USERS), _L.to_on >= _FIRST,
        _L.from_on <= _LAST,
    )
    .order_by(_L.from_on, _L.id)
)  # fmt: skip
_AHEAD: Final = statement(
    select(func.count()).select_from(availability_overrides).where(
        _O.tenant_id == _TENANT, _O.to_on >= _FIRST
    )
)  # fmt: skip
_LEAVES_AHEAD: Final = statement(
    select(func.count()).select_from(leaves).where(
        _L.tenant_id == _TENANT, _L.user_id == any_(_USERS), _L.to_on >= _FIRST
    )
)  # fmt: skip


def _dated(columns: Any) -> dict[str, Any]:
    return {
        "date_from": columns.to_on >= bindparam("date_from", type_=Date),
        "date_to": columns.from_on < bindparam("date_to", type_=Date),
    }


OVERRIDES: Final = ListQuery(
    source=availability_overrides,
    columns={
        **{name: _O[name] for name in (*_RESOURCE, "name", "hours", "user_ids")},
        "from": _O.from_on, "to": _O.to_on,
    },
    where=(_O.tenant_id == _TENANT,),
    filters={
        "user_id": or_(
            func.cardinality(_O.user_ids) == 0,
            _O.user_ids.overlap(bindparam("user_id", type_=ARRAY(Uuid))),
        ),
        **_dated(_O),
    },
    sorts={"from": _O.from_on, "updated_at": _O.updated_at, "created_at": _O.created_at},
    default_sort="from", key=_O.id,
)  # fmt: skip
_MAY_READ: Final = or_(
    bindparam("manages", type_=Boolean), _L.user_id == bindparam("own_id", type_=Uuid)
)
_LEAVE_SHOWN: Final = {
    **{name: _L[name] for name in (*_RESOURCE, "user_id", "hours")},
    "from": _L.from_on, "to": _L.to_on,
    "reason": case((_MAY_READ, _L.reason), else_=null()),
}  # fmt: skip
LEAVES: Final = ListQuery(
    source=leaves, columns=_LEAVE_SHOWN, where=(_L.tenant_id == _TENANT,),
    filters={
        "user_id": _L.user_id == any_(bindparam("user_id", type_=ARRAY(Uuid))), **_dated(_L),
    },
    sorts={"from": _L.from_on, "updated_at": _L.updated_at, "created_at": _L.created_at},
    default_sort="from", key=_L.id,
)  # fmt: skip
_LEAVE: Final = document(leaves, _LEAVE_SHOWN, _L.tenant_id == _TENANT, _L.id == bindparam("id"))


@dataclass(frozen=True, slots=True)
class Known:
    """All that is said of when some staff work, for a window of days."""

    hours: dict[UUID, StaffHours]
    overrides: list[AvailabilityOverride]
    leaves: list[LeaveRow]


class StaffHoursRepository(Repository[StaffHours]):
    """The hours of staff, by the users' ids."""

    table = staff_hours
    row = StaffHours
    missing = StaffNotFound

    async def current(self, user_id: UUID) -> StaffHours:
        """What was said; of version 0 where nothing was."""
        return await self.find(user_id) or self._unsaid(user_id)

    async def current_for_update(self, user_id: UUID) -> StaffHours:
        """The same, locked for a change; raises Stale (If-Match)."""
        await self.add_unless_taken(id=user_id, version=0, **NOTHING_SAID)
        return await self.get_for_update(user_id)

    async def known(self, user_ids: Collection[UUID], first: date, last: date) -> Known:
        """What is said of some users, for the days from one to another."""
        asked = {"tenant_id": self.work.tenant_id, "user_ids": list(user_ids)}
        days = {"first": first, "last": last}
        hours = await self.work.fetch(_HOURS, **asked)
        overrides = await self.work.fetch(_OVERRIDES, **asked, **days, most=MOST)
        away = await self.work.fetch(_LEAVES, **asked, **days)
        return Known(
            {row["id"]: StaffHours(**row) for row in hours},
            [AvailabilityOverride(**row) for row in overrides],
            [LeaveRow(**row) for row in away],
        )

    def _unsaid(self, user_id: UUID) -> StaffHours:
        work = self.work
        return StaffHours(
            tenant_id=work.tenant_id, id=user_id, version=0, created_at=work.now,
            updated_at=work.now, **NOTHING_SAID,
        )  # fmt: skip


class OverrideRepository(Repository[AvailabilityOverride]):
    """Other hours on some days."""

    table = availability_overrides
    row = AvailabilityOverride
    missing = OverrideNotFound

    async def count_ahead(self, day: date) -> int:
        """How many there are from a day on."""
        found: int = await self.work.fetchval(_AHEAD, tenant_id=self.work.tenant_id, first=day)
        return found


class LeaveRepository(Repository[LeaveRow]):
    """Leave of staff."""

    table = leaves
    row = LeaveRow
    missing = LeaveNotFound

    def reader(self) -> dict[str, Any]:
        """Who reads: whose reasons they are told."""
        caller = self.work.caller
        return {"manages": caller.may("scheduling:manage"), "own_id": caller.user_id}

    async def shown(self, leave_id: UUID) -> Document:
        """One as JSON; raises LeaveNotFound."""
        found = await read_document(
            self.work, _LEAVE, tenant_id=self.work.tenant_id, id=leave_id, **self.reader()
        )
        if found is None:
            raise self.missing()
        return found

    async def count_ahead(self, user_id: UUID, day: date) -> int:
        """How many somebody has from a day on."""
        found: int = await self.work.fetchval(
            _LEAVES_AHEAD, tenant_id=self.work.tenant_id, user_ids=[user_id], first=day
        )
        return found
