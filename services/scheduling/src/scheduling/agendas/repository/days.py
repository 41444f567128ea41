"""What somebody has to do on a day."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Integer,
    Uuid,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from refs.visibility import about_visible_client
from scheduling.agendas.repository.entries import (
    APPOINTMENT,
    BOOKING,
    FOLLOW_UP,
    IS_AT_NO_TIME,
    IS_LIVE,
    NOW,
    TASK,
    TENANT,
    entries_of,
    is_one_of,
    word,
)
from scheduling.agendas.rules import MOST_OF_DAY, Day, Part
from scheduling.appointments.tables import appointment_subjects, appointments
from scheduling.bookings.tables import bookings
from scheduling.claims.rules import LONGEST
from scheduling.follow_ups.tables import follow_up_staff, follow_ups
from scheduling.tasks.repository.clauses import ASSIGNEES, is_done_by, scope_values
from scheduling.tasks.repository.clauses import SCOPE as TASK_SCOPE
from scheduling.tasks.tables import tasks

_A, _B, _S, _T = appointments.c, bookings.c, appointment_subjects.c, tasks.c
_F, _W = follow_ups.c, follow_up_staff.c
_INSTANT: Final = DateTime(timezone=True)
_WHOSE: Final = bindparam("whose_id", type_=Uuid)
_FROM: Final = bindparam("day_from", type_=_INSTANT)
_TO: Final = bindparam("day_to", type_=_INSTANT)
_MOST: Final = bindparam("most", type_=Integer)
_LONGEST: Final[ColumnElement[Any]] = literal_column(f"interval '{LONGEST.days} days'")


def _within(starts_at: ColumnElement[Any], ends_at: ColumnElement[Any]) -> ColumnElement[bool]:
    # None is longer: so what has begun before is found by when it began.
    return and_(starts_at < _TO, ends_at > _FROM, starts_at > _FROM - _LONGEST)


_met: Final = union_all(
    select(*APPOINTMENT.values())
    .join_from(appointment_subjects, appointments,
               (_A.tenant_id == _S.tenant_id) & (_A.id == _S.appointment_id))
    .where(_S.tenant_id == TENANT, _S.subject_id == _WHOSE, _within(_S.starts_at, _A.ends_at),
           is_one_of(_A.status, "scheduled", "confirmed", "done"),
           about_visible_client(_A.client_id)),
    select(*BOOKING.values())
    .where(_B.tenant_id == TENANT, _B.staff_id == _WHOSE, _within(_B.starts_at, _B.ends_at),
           _B.client_id.is_not(None), is_one_of(_B.status, "requested", "confirmed", "attended"),
           about_visible_client(_B.client_id)),
).subquery("met")  # fmt: skip
_MEETINGS: Final = statement(
    select(*_met.c, func.count().over().label("count")).order_by(_met.c.at, _met.c.id).limit(_MOST)
)
_PART: Final = case((_T.due_at <= NOW, word("overdue")), else_=word("tasks")).label("part")
_due: Final = (
    select(
        *TASK.values(), _PART,
        func.count().over(partition_by=_PART).label("count"),
        func.row_number()
        .over(partition_by=_PART, order_by=(_T.due_at.asc().nulls_last(), _T.id))
        .label("place"),
    )
    .where(
        _T.tenant_id == TENANT, IS_LIVE, TASK_SCOPE, is_done_by(_WHOSE, ASSIGNEES.is_live),
        or_(
            _T.due_at <= NOW, and_(_T.due_at >= _FROM, _T.due_at < _TO),
            and_(_T.due_at.is_(None), _T.state == word("in_progress"), _FROM <= NOW, NOW < _TO),
        ),
    )
    .subquery("due")
)  # fmt: skip
_DUE: Final = statement(
    select(*_due.c).where(_due.c.place <= _MOST).order_by(_due.c.part, _due.c.place)
)
_AT_NO_TIME: Final = statement(
    select(*FOLLOW_UP.values(), func.count().over().label("count"))
    .join_from(follow_up_staff, follow_ups,
               (_F.tenant_id == _W.tenant_id) & (_F.id == _W.follow_up_id))
    .where(_W.tenant_id == TENANT, _W.user_id == _WHOSE, IS_AT_NO_TIME,
           about_visible_client(_F.client_id), _FROM <= NOW, NOW < _TO)
    .order_by(_W.created_at, _W.follow_up_id)
    .limit(_MOST)
)  # fmt: skip


async def meetings_on(work: UnitOfWork, user_id: UUID, day: Day) -> Part:
    """Whom somebody meets, by when that begins."""
    return _part(await work.fetch(_MEETINGS, **await _asked(work, user_id, day)))


async def tasks_on(work: UnitOfWork, user_id: UUID, day: Day) -> tuple[Part, Part]:
    """What somebody has to do, by when it is due; and what is overdue."""
    rows = await work.fetch(_DUE, **await _asked(work, user_id, day))
    return (
        _part([row for row in rows if row["part"] == "tasks"]),
        _part([row for row in rows if row["part"] == "overdue"]),
    )


async def follow_ups_on(work: UnitOfWork, user_id: UUID, day: Day) -> Part:
    """Whom somebody follows up at no time, today; the oldest first."""
    return _part(await work.fetch(_AT_NO_TIME, **await _asked(work, user_id, day)))


async def _asked(work: UnitOfWork, user_id: UUID, day: Day) -> dict[str, Any]:
    return {
        "tenant_id": work.tenant_id, "now": work.now, "whose_id": user_id, "most": MOST_OF_DAY,
        "day_from": day.starts_at, "day_to": day.ends_at, **await scope_values(work),
    }  # fmt: skip


def _part(rows: Sequence[Record]) -> Part:
    found = [one for row in rows for one in entries_of(row)]
    return Part(rows[0]["count"] if rows else 0, found)
