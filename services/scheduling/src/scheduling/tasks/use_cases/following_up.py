"""Clients are to be followed up at some time: a task of that kind, which moves with it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.tasks import events
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import LIVE, Action, Kind, Priority, State, TaskClosed, TaskNotFound
from scheduling.tasks.tables import Task
from scheduling.tasks.use_cases.making import moved, tell
from scheduling.tasks.use_cases.moving import move_task


async def plan_follow_up(
    work: UnitOfWork, client_id: UUID, title: str, due_at: datetime, assignee_ids: Sequence[UUID]
) -> Task:
    """Have a client followed up by then."""
    task = await TaskRepository(work).add_new(
        client_id=client_id, title=title, description=None, assignee_ids=list(assignee_ids),
        due_at=due_at, priority=Priority.NORMAL.value, kind=Kind.FOLLOW_UP.value,
        state=State.OPEN.value, recurrence=None, recurs_from=due_at, checklist_id=None,
        work_cycle_id=None, created_by=work.caller.principal, digest=b"",
    )  # fmt: skip
    work.publish(events.task_changed("created", task, assigned=task.assignee_ids))
    return task


async def move_follow_up(work: UnitOfWork, task_id: UUID, due_at: datetime) -> bool:
    """Have it done by another time; False where it is done, given up or removed."""
    tasks = TaskRepository(work)
    try:
        known = await tasks.get_for_update(task_id)
    except TaskNotFound:
        return False
    if known.state not in LIVE:
        return False
    changes = {"due_at": due_at}
    changed = await tasks.update(known, **changes, **moved(work, known, changes))
    tell(work, known, changed, changes)
    return True


async def give_up_follow_up(work: UnitOfWork, task_id: UUID) -> bool:
    """Nobody need follow the client up any more; False where it was over before."""
    known = await TaskRepository(work).find(task_id)
    if known is None or known.state not in LIVE:
        return False
    try:
        await move_task(work, task_id, Action.CANCEL)
    except (TaskNotFound, TaskClosed):
        return False
    return True


async def take_up_follow_up(work: UnitOfWork, task_id: UUID) -> None:
    """Have the client followed up all the same, unless what was given up is done or removed."""
    known = await TaskRepository(work).find(task_id)
    if known is not None and known.state == State.CANCELLED:
        await move_task(work, task_id, Action.REOPEN)
