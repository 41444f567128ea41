"""What comes next of clients, of many at once."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Uuid,
    any_,
    bindparam,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import stands_for
from refs.tables import client_refs
from refs.visibility import about_visible_client, sight_of
from scheduling.agendas.repository.entries import (
    APPOINTMENT,
    BOOKING,
    CHECKLIST,
    FOLLOW_UP,
    IS_AHEAD,
    IS_AT_NO_TIME,
    IS_BOOKED,
    IS_LIVE,
    IS_UNDER_WAY,
    NOTHING,
    NOW,
    TASK,
    TENANT,
    Columns,
    entries_of,
)
from scheduling.agendas.rules import Entry
from scheduling.appointments.tables import appointments
from scheduling.bookings.tables import bookings
from scheduling.checklists.tables import checklists
from scheduling.follow_ups.tables import follow_ups
from scheduling.tasks.tables import tasks

_MOST: Final = bindparam("most", type_=Integer)
_known: Final = client_refs.alias("known_client")
# Who answers for each of those that are seen, and everybody who is merged into them.
_shown: Final = (
    select(_known.c.id.label("asked_id"), stands_for(_known).label("client_id"))
    .where(
        _known.c.tenant_id == TENANT,
        _known.c.id == any_(bindparam("client_ids", type_=ARRAY(Uuid))),
        about_visible_client(_known.c.id),
    )
    .cte("shown")
)
_merged: Final = client_refs.alias("merged_client")
_members: Final = union_all(
    select(_shown.c.asked_id, _shown.c.client_id),
    select(_shown.c.asked_id, _merged.c.id).join_from(
        _shown, _merged,
        (_merged.c.tenant_id == TENANT) & (_merged.c.merged_into == _shown.c.client_id),
    ),
).cte("members")  # fmt: skip


def _of_each(
    source: FromClause, columns: Columns, when: ColumnElement[Any], *which: ColumnElement[bool]
) -> Any:
    """The first of each client, by the index over its clients."""
    of = source.c
    found = (
        select(*columns.values())
        .where(of.tenant_id == TENANT, of.client_id == _members.c.client_id, *which)
        .order_by(when, of.id).limit(_MOST)
        .lateral(f"next_{source.description}")
    )  # fmt: skip
    return select(_members.c.asked_id, *found.c).join_from(_members, found, true())


_STEPS: Final = statement(
    union_all(
        # Who is seen, be it that nothing comes next.
        select(_shown.c.asked_id, *NOTHING.values()),
        _of_each(appointments, APPOINTMENT, appointments.c.starts_at,
                 IS_AHEAD, appointments.c.starts_at > NOW),
        _of_each(bookings, BOOKING, bookings.c.starts_at, IS_BOOKED, bookings.c.starts_at > NOW),
        _of_each(tasks, TASK, tasks.c.due_at.asc().nulls_last(), IS_LIVE),
        _of_each(follow_ups, FOLLOW_UP, follow_ups.c.created_at, IS_AT_NO_TIME),
        _of_each(checklists, CHECKLIST, checklists.c.created_at, IS_UNDER_WAY),
    )
)  # fmt: skip


async def steps_of_clients(
    work: UnitOfWork, client_ids: Sequence[UUID], most: int
) -> dict[UUID, list[Entry]]:
    """The next of each type, by those of the clients whom the caller sees; in no order."""
    sight = (await sight_of(work)).values()
    rows = await work.fetch(
        _STEPS, tenant_id=work.tenant_id, client_ids=client_ids, most=most, now=work.now, **sight
    )
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        found.setdefault(row["asked_id"], []).extend(entries_of(row) if row["type"] else ())
    return found
