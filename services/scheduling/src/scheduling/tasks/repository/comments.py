"""All SQL of what is said about tasks."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, bindparam, cast, exists, literal_column, select

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.work import UnitOfWork
from refs.lag import AboutClients
from refs.merges import survivor_of
from refs.tables import client_refs
from scheduling.tasks.repository.clauses import OURS, SCOPE, scope_values
from scheduling.tasks.rules import CommentNotFound
from scheduling.tasks.tables import TaskComment, task_comments, tasks

_C: Final = task_comments.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_OF_TASK: Final = "task_id"
# Who sees the task reads what is said about it.
_SCOPE: Final = exists(
    select(literal_column("1")).select_from(tasks).where(
        OURS, tasks.c.id == _C.task_id, SCOPE
    ).correlate(task_comments)
)  # fmt: skip
_ABOUT: Final = survivor_of(client_refs, _C.client_id)
_SHOWN: Final[dict[str, Any]] = {
    **{name: _C[name] for name in (
        "id", "version", "created_at", "updated_at", "task_id", "author", "body",
    )},
    "client_id": _ABOUT, "url": literal_column("'/v1/clients/'", Text) + cast(_ABOUT, Text),
}  # fmt: skip
_LIST: Final = ListQuery(
    source=task_comments, columns=_SHOWN, where=(_OURS, _SCOPE),
    filters={_OF_TASK: _C.task_id == bindparam(_OF_TASK, type_=Uuid)},
    sorts={"created_at": _C.created_at}, default_sort="created_at", key=_C.id,
)  # fmt: skip
_READ: Final = document(task_comments, _SHOWN, _OURS, _SCOPE, _C.id == bindparam("id"))


class CommentRepository(AboutClients[TaskComment]):
    """What is said about the tasks that the caller sees."""

    table = task_comments
    row = TaskComment
    scope = _SCOPE
    missing = CommentNotFound

    async def scope_values(self) -> dict[str, Any]:
        return await scope_values(self.work)

    async def of_task(self, task_id: UUID, comment_id: UUID) -> TaskComment:
        """One of a task's, locked for a change; raises CommentNotFound."""
        found = await self.get_for_update(comment_id)
        if found.task_id != task_id:
            raise self.missing()
        return found

    async def shown(self, comment_id: UUID) -> Document:
        """One as JSON, that was just written."""
        values = await self._bound({"id": comment_id})
        if (found := await read_document(self.work, _READ, **values)) is None:
            raise self.missing()
        return found


async def page_of_comments(work: UnitOfWork, paging: Paging, task_id: UUID) -> bytes:
    """A page of what is said about a task that the caller sees, as JSON."""
    return await _LIST.page(work, paging, {_OF_TASK: task_id}, **await scope_values(work))
