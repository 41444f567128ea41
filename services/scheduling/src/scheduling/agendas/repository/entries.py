"""What is to be, of each type in the same columns."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    DateTime,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    cast,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeEngine

from chassis.work import Record
from refs.merges import survivor_of
from refs.tables import client_refs
from scheduling.actions.tables import actions
from scheduling.agendas.rules import Entry, steps_of
from scheduling.appointments.rules.states import OPEN
from scheduling.appointments.tables import appointments
from scheduling.bookings.tables import bookings
from scheduling.checklists.tables import checklists
from scheduling.follow_ups.tables import follow_ups
from scheduling.tasks.rules import LIVE
from scheduling.tasks.tables import tasks

TENANT: Final = bindparam("tenant_id", type_=Uuid)
NOW: Final = bindparam("now", type_=DateTime(timezone=True))
Columns = Mapping[str, ColumnElement[Any]]
_A, _B, _T, _C = appointments.c, bookings.c, tasks.c, checklists.c
_F: Final = follow_ups.c
_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "type": Text(), "id": Uuid(), "at": DateTime(timezone=True),
    "ends_at": DateTime(timezone=True), "title": Text(), "name": JSONB(), "client_id": Uuid(),
    "status": Text(), "priority": Text(), "kind": Text(), "items": JSONB(),
}  # fmt: skip


def word(text: str) -> ColumnElement[str]:
    """A word of ours in a statement."""
    return literal_column(f"'{text}'", Text)


def is_one_of(column: ColumnElement[Any], *words: str) -> ColumnElement[bool]:
    """Whether it is one of some words of ours."""
    return or_(*(column == word(one) for one in words))


def entries_of(row: Record) -> list[Entry]:
    """What a row of such columns tells: of a checklist each step that is not done."""
    told = {name: row[name] for name in _TYPES}
    items = told.pop("items")
    one = Entry(**told)
    return [one] if items is None else steps_of(one, items)


def _columns(kind: str | None, /, **told: ColumnElement[Any]) -> Columns:
    if kind is not None:
        told["type"] = word(kind)
    return {
        name: told[name].label(name) if name in told
        else cast(literal_column("null"), of).label(name)
        for name, of in _TYPES.items()
    }  # fmt: skip


def _action_name(of: Table) -> ColumnElement[Any]:
    found = select(actions.c.name).where(
        actions.c.tenant_id == of.c.tenant_id, actions.c.id == of.c.action_id
    )
    return found.correlate(of).scalar_subquery()


APPOINTMENT: Final = _columns(
    "appointment", id=_A.id, at=_A.starts_at, ends_at=_A.ends_at, title=_A.title,
    name=_action_name(appointments), client_id=survivor_of(client_refs, _A.client_id),
    status=_A.status,
)  # fmt: skip
BOOKING: Final = _columns(
    "booking", id=_B.id, at=_B.starts_at, ends_at=_B.ends_at,
    name=_B.terms.op("->", return_type=JSONB())(word("name")),
    client_id=survivor_of(client_refs, _B.client_id), status=_B.status,
)  # fmt: skip
TASK: Final = _columns(
    "task", id=_T.id, at=_T.due_at, title=_T.title,
    client_id=survivor_of(client_refs, _T.client_id), status=_T.state, priority=_T.priority,
    kind=_T.kind,
)  # fmt: skip
FOLLOW_UP: Final = _columns(
    "follow_up", id=_F.id, name=_action_name(follow_ups),
    client_id=survivor_of(client_refs, _F.client_id), status=_F.state,
)  # fmt: skip
CHECKLIST: Final = _columns(
    "checklist", id=_C.id, client_id=survivor_of(client_refs, _C.client_id), status=_C.state,
    items=_C["items"],
)  # fmt: skip
NOTHING: Final = _columns(None)
# What is still to be.
IS_AHEAD: Final = is_one_of(_A.status, *sorted(OPEN))
IS_BOOKED: Final = is_one_of(_B.status, "requested", "confirmed")
IS_LIVE: Final = is_one_of(_T.state, *LIVE)
# What has a time is an appointment.
IS_AT_NO_TIME: Final = and_(_F.state == word("open"), _F.at.is_(None))
IS_UNDER_WAY: Final = _C.state == word("open")
