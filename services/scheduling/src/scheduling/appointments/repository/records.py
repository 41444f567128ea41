"""All SQL of single appointments, whom they need, and what moved them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, delete, exists, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.context import Context
from chassis.errors import Stale
from chassis.ids import new_id
from chassis.repository import IdTaken, Repository
from chassis.rows import rows_of, written
from chassis.statements import Statement, statement
from chassis.tables import written_columns
from chassis.together import Asked
from refs.lag import AboutClients
from refs.visibility import about_visible_client, sight_of
from refs.writing import check_remembered
from scheduling.appointments.rules.failures import (
    AppointmentNotFound,
    NotInSeries,
    SeriesNotFound,
)
from scheduling.appointments.tables import (
    Appointment,
    AppointmentMove,
    AppointmentSeries,
    appointment_moves,
    appointment_series,
    appointment_subjects,
    appointments,
)
from scheduling.once import MadeOnce

_A: Final = appointments.c
_S: Final = appointment_subjects.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_NAMES: Final = [one.name for one in appointment_subjects.columns]
_given: Final = rows_of(appointment_subjects, _NAMES)
_NEED: Final = statement(
    insert(appointment_subjects).from_select(_NAMES, select(_given.c).select_from(_given))
)
_NEED_NOT: Final = statement(
    delete(appointment_subjects).where(
        _S.tenant_id == _TENANT, _S.appointment_id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)

_HOLD: Final = statement(
    select(*written_columns(appointments))
    .where(_A.tenant_id == _TENANT, _A.id == bindparam("id", type_=Uuid))
    .with_for_update()
)
_THESE: Final = statement(
    select(*written_columns(appointments)).where(
        _A.tenant_id == _TENANT, _A.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)
_SERIES_ID: Final = bindparam("series_id", type_=Uuid)
_OF_SERIES: Final = statement(
    select(*written_columns(appointments))
    .where(_A.tenant_id == _TENANT, _A.series_id == _SERIES_ID)
    .order_by(_A.id)
    .with_for_update()
)
_IS_LEFT: Final = statement(
    select(exists().where(_A.tenant_id == _TENANT, _A.series_id == _SERIES_ID))
)
_PART: Final = statement(
    update(appointments)
    .where(_A.tenant_id == _TENANT, _A.series_id == _SERIES_ID,
           _A.occurrence >= bindparam("occurrence", type_=_A.occurrence.type))
    .values(series_id=bindparam("other_id", type_=Uuid), version=_A.version + 1,
            updated_at=bindparam("now", type_=_A.updated_at.type))
)  # fmt: skip
_REMOVE: Final = statement(
    delete(appointments).where(
        _A.tenant_id == _TENANT, _A.id == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)
_OF_CLIENT: Final = bindparam("of_client", type_=Uuid)
_FORGET: Final = statement(
    delete(appointments).where(_A.tenant_id == _TENANT, _A.client_id == _OF_CLIENT).returning(_A.id)
)
_FORGET_SERIES: Final = statement(
    delete(appointment_series).where(
        appointment_series.c.tenant_id == _TENANT, appointment_series.c.client_id == _OF_CLIENT
    )
)


async def found_by(context: Context, link_hash: bytes) -> dict[str, Any] | None:
    """Tenant and id of the appointment that a link leads to."""
    rows = await context.system.look_up("appointment_of_link", link_hash)
    return rows[0] if rows else None


class AppointmentRepository(MadeOnce[Appointment]):
    """The appointments with the clients that the caller sees."""

    table = appointments
    row = Appointment
    scope = about_visible_client(_A.client_id)
    missing = AppointmentNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def hold(self, appointment_id: UUID) -> Appointment | None:
        """One, locked, that goes along with what its caller may change, whose version counts."""
        return await self.one(_HOLD, id=appointment_id)

    async def these(self, ids: Sequence[UUID]) -> list[Appointment]:
        """Those of some that there are."""
        return await self.all(_THESE, ids=list(ids))

    async def add_along(self, **values: Any) -> tuple[Appointment, list[Asked]]:
        """A new one, with what is still to be written of it and whom it needs; raises IdTaken."""
        if not values.get("id"):
            asked, new = self.added(**values)
            return new, [asked, *_needs([new])]
        made = await self.add_new(**values)
        return made, _needs([made])

    async def add_each(self, rows: Sequence[Mapping[str, Any]]) -> list[Appointment]:
        """New ones in their order, with whom they need; raises IdTaken."""
        made = await self.add_each_unless_taken(rows)
        if len(made) < len(rows):
            raise IdTaken(field="id")
        await self.need(made)
        return sorted(made, key=lambda one: (one.starts_at, one.id))

    async def hold_in_series(self, appointment_id: UUID) -> tuple[Appointment, AppointmentSeries]:
        """One of a series, and the series, both locked; raises as `get_for_update` and NotInSeries.

        The series first, as everybody does who changes others of it too.
        """
        said = await self.check(appointment_id)
        if (found := await self.find(appointment_id)) is None:
            raise self.missing()
        if found.series_id is None:
            self.work.authorize()
            raise NotInSeries(field="scope")
        series = await SeriesRepository(self.work).get_for_update(found.series_id)
        # Not its own `get_for_update`: that would ask clients while the series is locked.
        row = await super(AboutClients, self).get_for_update(appointment_id)
        await check_remembered(self.work, row.client_id, said)
        if row.series_id != series.id:
            raise Stale()  # somebody parted the series meanwhile
        return row, series

    async def hold_all(self, series_id: UUID) -> list[Appointment]:
        """All of a series, locked, in their order."""
        rows = await self.all(_OF_SERIES, series_id=series_id)
        return sorted(rows, key=lambda one: one.occurrence or one.starts_at.replace(tzinfo=None))

    async def part(self, series_id: UUID, occurrence: datetime, other_id: UUID) -> None:
        """Have those from a place on belong to another series."""
        keys = {"tenant_id": self.work.tenant_id, "series_id": series_id, "other_id": other_id}
        await self.work.execute(_PART, **keys, occurrence=occurrence, now=self.work.now)

    async def update_each(
        self, changes: Sequence[tuple[Appointment, dict[str, Any]]]
    ) -> list[tuple[Appointment, Appointment]]:
        """Write what differs of locked ones in one statement; each that does, before and after.

        All changes name the same columns.
        """
        real = {one.id: (one, _differing(one, said)) for one, said in changes}
        rows = [{"id": one.id, **written(said)} for one, said in changes if real[one.id][1]]
        if not rows:
            return []
        query = _update_each(frozenset(rows[0]))
        keys = {"key_tenant": self.work.tenant_id, "now": self.work.now}
        updated = [Appointment(**row) for row in await self.work.fetch(query, rows=rows, **keys)]
        for one in updated:
            self._audit("updated", one.id, real[one.id][1], one.client_id)
        return [(real[one.id][0], one) for one in updated]

    async def remove_each(self, some: Sequence[Appointment]) -> None:
        """Remove these, locked, in one statement."""
        keys = {"tenant_id": self.work.tenant_id, "ids": [one.id for one in some]}
        await self.work.execute(_REMOVE, **keys)
        for one in some:
            self._audit("deleted", one.id, {}, one.client_id)

    async def need(self, some: Sequence[Appointment], *, anew: bool = False) -> None:
        """Have them found by whom they need, and by when they begin."""
        if anew:
            ids = [one.id for one in some]
            await self.work.execute(_NEED_NOT, tenant_id=self.work.tenant_id, ids=ids)
        for query, values in _needs(some):
            await self.work.execute(query, **values)

    async def forget(self, client_id: UUID) -> list[UUID]:
        """Keep none of a client's; which they were."""
        keys = {"tenant_id": self.work.tenant_id, "of_client": client_id}
        rows = await self.work.fetch(_FORGET, **keys)
        await self.work.execute(_FORGET_SERIES, **keys)
        return [row["id"] for row in rows]


def _needs(some: Sequence[Appointment]) -> list[Asked]:
    """What has them found by whom they need, if that is anybody."""
    rows = [
        {"tenant_id": one.tenant_id, "appointment_id": one.id, "subject_id": subject,
         "starts_at": one.starts_at}
        for one in some for subject in set(one.subject_ids)
    ]  # fmt: skip
    return [(_NEED, {"rows": rows})] if rows else []


def _differing(row: Appointment, said: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in said.items() if getattr(row, name) != value}


@cache
def _update_each(names: frozenset[str]) -> Statement:
    given = rows_of(appointments, sorted(names))
    return statement(
        update(appointments)
        .where(_A.tenant_id == bindparam("key_tenant", type_=Uuid), _A.id == given.c.id)
        .values({
            "version": _A.version + 1, "updated_at": bindparam("now", type_=_A.updated_at.type),
            **{name: given.c[name] for name in sorted(names - {"id"})},
        })
        .returning(*written_columns(appointments))
    )  # fmt: skip


class SeriesRepository(Repository[AppointmentSeries]):
    """How appointments recur; whoever sees one of them sees that."""

    table = appointment_series
    row = AppointmentSeries

    async def remove_if_empty(self, row: AppointmentSeries) -> None:
        """Remove one that no appointment belongs to any more."""
        keys = {"tenant_id": self.work.tenant_id, "series_id": row.id}
        if not await self.work.fetchval(_IS_LEFT, **keys):
            await self.delete(row)


class SeenSeriesRepository(AboutClients[AppointmentSeries]):
    """The same as of who reads it by itself."""

    table = appointment_series
    row = AppointmentSeries
    missing = SeriesNotFound


class MoveRepository(Repository[AppointmentMove]):
    """What moved appointments."""

    table = appointment_moves
    row = AppointmentMove

    async def note(
        self, pairs: Sequence[tuple[Appointment, Appointment]], reason: str | None
    ) -> None:
        """That each of these was moved, from how it was to how it is."""
        await self.add_each_unless_taken([
            {"id": new_id(), "appointment_id": now.id, "from_starts_at": before.starts_at,
             "from_ends_at": before.ends_at, "to_starts_at": now.starts_at,
             "to_ends_at": now.ends_at, "reason": reason, "moved_by": self.work.caller.principal}
            for before, now in pairs
        ])  # fmt: skip
