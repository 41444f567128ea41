"""What somebody may be reminded of: appointments and bookings, as they stand."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    false,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.statements import statement
from chassis.work import UnitOfWork
from scheduling.appointments.tables import appointments
from scheduling.bookings.tables import bookings
from scheduling.reminders.rules.plan import Subject
from scheduling.reminders.tables import reminders

_A: Final = appointments.c
_B: Final = bookings.c
_R: Final = reminders.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_IDS: Final = bindparam("ids", type_=ARRAY(Uuid))
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))
_AFTER: Final = bindparam("after", type_=Uuid)
_MOST: Final = bindparam("most", type_=Integer)
_ALIKE: Final = ("id", "client_id", "created_at", "starts_at", "ends_at", "status")


def _word(text: str) -> Any:
    return literal_column(f"'{text}'", Text)


_SUBJECTS: Final = statement(
    union_all(
        select(
            _word("appointment").label("type"), *(_A[name] for name in _ALIKE), _A.staff_ids,
            _A.action_id, _A.linked_type, _A.reminders, _A.reminds_client, _A.title,
            cast(null(), JSONB).label("service"), _A.location,
        ).where(_A.tenant_id == _TENANT, _A.id == any_(_IDS)),
        select(
            _word("booking"), *(_B[name] for name in _ALIKE),
            literal_column("array[bookings.staff_id]", ARRAY(Uuid)), cast(null(), Uuid),
            cast(null(), Text),
            literal_column("'{}'::integer[]", ARRAY(Integer)), false(), cast(null(), Text),
            _B.terms["name"], cast(null(), Text),
        ).where(_B.tenant_id == _TENANT, _B.id == any_(_IDS), _B.client_id.is_not(None)),
    )
)  # fmt: skip
_to_come: Final = union_all(
    *(
        select(one.c.id)
        .where(one.c.tenant_id == _TENANT, one.c.id > _AFTER, one.c.starts_at > _NOW)
        .order_by(one.c.id)
        .limit(_MOST)
        .subquery()
        .select()
        for one in (appointments, bookings)
    ),
    select(_R.subject_id.label("id"))
    .where(_R.tenant_id == _TENANT, _R.subject_id > _AFTER, _R.state == _word("pending"))
    .order_by(_R.subject_id)
    .limit(_MOST)
    .subquery()
    .select(),
).subquery("to_come")
_TO_COME: Final = statement(select(_to_come.c.id).distinct().order_by(_to_come.c.id).limit(_MOST))


async def subjects_of(work: UnitOfWork, ids: Collection[UUID]) -> dict[UUID, Subject]:
    """Those of these that there are, and that are with a client."""
    rows = await work.fetch(_SUBJECTS, tenant_id=work.tenant_id, ids=list(ids))
    return {row["id"]: Subject(**row) for row in rows}


async def subjects_to_come(work: UnitOfWork, after: UUID, most: int) -> list[UUID]:
    """Some of what is still to come, or somebody is to be reminded of, in the order of ids."""
    keys = {"tenant_id": work.tenant_id, "after": after, "now": work.now, "most": most}
    return [row["id"] for row in await work.fetch(_TO_COME, **keys)]
