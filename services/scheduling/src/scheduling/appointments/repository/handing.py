"""All SQL of appointments that change hands."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Integer, Uuid, any_, bindparam, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from scheduling.appointments.repository.records import AppointmentRepository, SeriesRepository
from scheduling.appointments.rules.states import OPEN
from scheduling.appointments.tables import (
    Appointment,
    AppointmentSeries,
    appointment_series,
    appointment_subjects,
    appointments,
)
from scheduling.claims.rules import LONGEST

_A: Final = appointments.c
_S: Final = appointment_subjects.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
# By whom it needs, and by when it begins: nothing that began earlier is still going on.
_TO_COME: Final = statement(
    select(*written_columns(appointments))
    .join_from(appointment_subjects, appointments,
               (_A.tenant_id == _S.tenant_id) & (_A.id == _S.appointment_id))
    .where(
        _S.tenant_id == _TENANT, _S.subject_id == bindparam("user_id", type_=Uuid),
        _S.starts_at > bindparam("earliest", type_=DateTime(timezone=True)),
        _A.ends_at > bindparam("now", type_=DateTime(timezone=True)),
        _A.status.in_([literal_column(f"'{one}'") for one in sorted(OPEN)]),
        _A.id > bindparam("after", type_=Uuid),
    )
    .order_by(_A.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(of=appointments)
)  # fmt: skip
_SERIES: Final = statement(
    select(*written_columns(appointment_series)).where(
        appointment_series.c.tenant_id == _TENANT,
        appointment_series.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)


async def to_come_of(
    work: UnitOfWork, user_id: UUID, after: UUID, most: int
) -> list[Appointment]:  # fmt: skip
    """Some that somebody is still to come to, by id beyond this one, locked."""
    return await AppointmentRepository(work).all(
        _TO_COME, user_id=user_id, after=after, most=most, now=work.now,
        earliest=work.now - LONGEST,
    )  # fmt: skip


async def series_of(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, AppointmentSeries]:
    """Some series by their ids."""
    found = await SeriesRepository(work).all(_SERIES, ids=list(ids)) if ids else []
    return {one.id: one for one in found}
