"""Which steps a task is done by, and whom it is about."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.tasks import events, rules
from scheduling.tasks.repository import steps
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.tables import Task


async def client_of_task(
    work: UnitOfWork, task_id: UUID | None, client_id: UUID | None
) -> UUID | None:  # fmt: skip
    """Whom something is about that names a task: whom that is about, which nothing changes.

    Before the work's first statement. Raises UnknownTask and OtherClient.
    """
    if task_id is None:
        return client_id
    async with work.database.work(work.caller) as own:
        try:
            task = await TaskRepository(own).get(task_id)
        except rules.TaskNotFound as unknown:
            raise rules.UnknownTask(field="task_id") from unknown
    if client_id not in (None, task.client_id):
        raise rules.OtherClient(field="client_id")
    return task.client_id


async def link_checklist(work: UnitOfWork, task: Task, checklist_id: UUID) -> Task:
    """Have a task done by these steps, instead of those it had."""
    changed = await TaskRepository(work).update(task, checklist_id=checklist_id)
    if changed is not task:
        work.publish(events.task_changed("updated", changed, changed=["checklist_id"]))
    return changed


async def unlink_checklist(work: UnitOfWork, checklist_id: UUID) -> None:
    """These steps are no more."""
    await steps.unlink(work, checklist_id)


async def check_steps(
    work: UnitOfWork, values: Mapping[str, Any], client_id: UUID | None, known: UUID | None = None
) -> None:
    """A checklist that is named now is about the same client; raises UnknownChecklist."""
    asked = values.get("checklist_id")
    if asked in (None, known):
        return
    if not await steps.is_about(work, asked, client_id):
        raise rules.UnknownChecklist(field="checklist_id")


async def check_steps_done(work: UnitOfWork, task: Task) -> None:
    """What has to be done of a task's steps is; raises ChecklistNotDone."""
    if task.checklist_id is not None and (left := await steps.left(work, task.checklist_id)):
        raise rules.ChecklistNotDone(left=left)
