"""All SQL of checklists."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    DateTime,
    Integer,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.merges import about_clients, survivor_of
from refs.tables import client_refs
from refs.visibility import about_visible_client
from scheduling.checklists.rules import ChecklistNotFound
from scheduling.checklists.tables import Checklist, checklists
from scheduling.once import MadeOnce
from scheduling.tasks.repository.clauses import SCOPE as TASK_SCOPE
from scheduling.tasks.repository.clauses import scope_values
from scheduling.tasks.rules import NOBODY
from scheduling.tasks.tables import tasks

_C: Final = checklists.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_INSTANT: Final = DateTime(timezone=True)
_OF_CHECKLIST: Final = and_(
    tasks.c.tenant_id == bindparam("tenant_id", type_=Uuid), tasks.c.checklist_id == _C.id
)
# Of a visible client; what is of none is its maker's, and theirs who see a task it is for.
SCOPE: Final = and_(
    about_visible_client(_C.client_id),
    or_(
        _C.client_id.is_not(None),
        bindparam("manages", type_=Boolean),
        _C.created_by == bindparam("principal", type_=Text),
        exists(select(tasks.c.id).where(_OF_CHECKLIST, TASK_SCOPE).correlate(checklists)),
    ),
)
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_TASKS: Final = (
    select(func.coalesce(
        func.array_agg(aggregate_order_by(tasks.c.id, tasks.c.id)),
        literal_column("'{}'", ARRAY(Uuid)),
    ))
    .where(_OF_CHECKLIST).correlate(checklists).scalar_subquery()
)  # fmt: skip
_SHOWN: Final[dict[str, ColumnElement[Any]]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "checklist_template_id", "name", "items",
        "state", "item_count", "done_count", "required_left", "completed_at", "completed_by",
        "created_by",
    )},
    "progress": _C.done_count * literal_column("100", Integer) // _C.item_count,
    "task_ids": _TASKS, "client_id": _ABOUT,
    "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
}  # fmt: skip


def _ids(name: str) -> ColumnElement[Any]:
    return bindparam(name, type_=ARRAY(Uuid))


def _between(name: str, when: ColumnElement[Any]) -> dict[str, ColumnElement[bool]]:
    return {
        f"{name}_from": when >= bindparam(f"{name}_from", type_=_INSTANT),
        f"{name}_to": when < bindparam(f"{name}_to", type_=_INSTANT),
    }


LIST: Final = ListQuery(
    source=checklists, columns=_SHOWN, where=(_OURS, SCOPE),
    filters={
        "client_id": or_(
            about_clients(client_refs, _C.client_id, _ids("client_id")),
            and_(_C.client_id.is_(None), literal(NOBODY, Uuid) == any_(_ids("client_id"))),
        ),
        "task_id": exists(
            select(tasks.c.id)
            .where(_OF_CHECKLIST, tasks.c.id == any_(_ids("task_id"))).correlate(checklists)
        ),
        "checklist_template_id": _C.checklist_template_id == any_(_ids("checklist_template_id")),
        "state": _C.state == any_(bindparam("state", type_=ARRAY(Text))),
        **_between("created", _C.created_at), **_between("updated", _C.updated_at),
    },
    sorts={name: _C[name] for name in ("created_at", "updated_at")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(checklists, _SHOWN, _OURS, SCOPE, _C.id == bindparam("id"))
_FORGET: Final = statement(
    delete(checklists).where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
)


class ChecklistRepository(MadeOnce[Checklist]):
    """The checklists that the caller sees."""

    table = checklists
    row = Checklist
    scope = SCOPE
    missing = ChecklistNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await scope_values(self.work)

    async def read(self, checklist_id: UUID) -> Document:
        """One as JSON; raises ChecklistNotFound."""
        await self.check(checklist_id)
        return await self.shown(checklist_id)

    async def shown(self, checklist_id: UUID) -> Document:
        """The same of one that was just written."""
        values = await self._bound({"id": checklist_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what was done for a client."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, client_id=client_id)
