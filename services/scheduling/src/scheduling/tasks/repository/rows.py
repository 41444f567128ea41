"""How tasks are written, and found by their ids."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Integer,
    Uuid,
    any_,
    bindparam,
    delete,
    literal_column,
    select,
    update,
)

from chassis.rows import rows_of
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.work import UnitOfWork
from scheduling.once import MadeOnce
from scheduling.tasks.repository.clauses import ASSIGNEES, OURS, SCOPE, is_done_by, scope_values
from scheduling.tasks.rules import TaskNotFound
from scheduling.tasks.tables import Task, tasks

_C: Final = tasks.c
_NOW: Final = bindparam("now", type_=DateTime(timezone=True))
_USER: Final = bindparam("user_id", type_=Uuid)
# Written as the index has it.
_IS_LIVE: Final = _C.state.in_([literal_column("'open'"), literal_column("'in_progress'")])
_late = (
    select(_C.id)
    .where(OURS, _C.due_at <= _NOW, _IS_LIVE, _C.overdue_told_at.is_(None))
    .order_by(_C.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)
_TELL: Final = statement(
    update(tasks)
    .where(OURS, _C.id.in_(_late.scalar_subquery()))
    .values(overdue_told_at=_NOW)
    .returning(*written_columns(tasks))
)
_STILL_OF: Final = statement(
    select(*written_columns(tasks))
    # Of the row itself too: that is what is looked at again once it is locked.
    .where(OURS, is_done_by(_USER, ASSIGNEES.is_live), _IS_LIVE, any_(_C.assignee_ids) == _USER,
           _C.id > bindparam("after", type_=Uuid))
    .order_by(_C.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update()
)  # fmt: skip
_given = rows_of(tasks, ["id", "assignee_ids"])
_ASSIGN: Final = statement(
    update(tasks)
    .where(OURS, _C.id == _given.c.id)
    .values(assignee_ids=_given.c.assignee_ids, version=_C.version + 1, updated_at=_NOW)
    .returning(*written_columns(tasks))
)
_FORGET: Final = statement(
    delete(tasks).where(OURS, _C.client_id == bindparam("client_id", type_=Uuid))
)


class TaskRepository(MadeOnce[Task]):
    """The tasks that the caller sees."""

    table = tasks
    row = Task
    scope = SCOPE
    missing = TaskNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await scope_values(self.work)

    async def still_of(self, user_id: UUID, after: UUID, most: int) -> list[Task]:
        """Some that somebody has still to do, by id beyond this one, locked."""
        return await self.all(_STILL_OF, user_id=user_id, after=after, most=most)

    async def assign(self, assignees: Mapping[UUID, Sequence[UUID]]) -> list[Task]:
        """Who does each of several from now on; those that were locked, as they are then."""
        rows = [{"id": one, "assignee_ids": list(ids)} for one, ids in assignees.items()]
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "now": self.work.now}
        found = await self.work.fetch(_ASSIGN, **known, rows=rows) if rows else []
        changed = [Task(**row) for row in found]
        for one in changed:
            self._audit("updated", one.id, {"assignee_ids": one.assignee_ids}, one.client_id)
        return changed


async def tell_overdue(work: UnitOfWork, most: int) -> Sequence[Task]:
    """Some that are overdue, of which nobody was told; they count as told from now on."""
    rows = await work.fetch(_TELL, tenant_id=work.tenant_id, now=work.now, most=most)
    return [Task(**row) for row in rows]


async def forget(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what was to be done for a client, or said about it."""
    await work.execute(_FORGET, tenant_id=work.tenant_id, client_id=client_id)
