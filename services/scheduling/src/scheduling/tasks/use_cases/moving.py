"""Tasks are begun, done, given up and taken up again."""

from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.tasks import events, rules
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import LIVE, VERBS, Action, State
from scheduling.tasks.tables import Task
from scheduling.tasks.use_cases.linking import check_steps_done
from scheduling.tasks.use_cases.repeating import repeat


async def move_task(work: UnitOfWork, task_id: UUID, action: Action) -> Task:
    """Begin a task, say that it is done, give it up, or take it up again; what recurs comes again.

    Raises TaskClosed, TaskNotClosed and ChecklistNotDone.
    """
    tasks = TaskRepository(work)
    known = await tasks.get_for_update(task_id)
    state = rules.moved(known.state, action)
    if state is None:
        return known
    if state is State.DONE:
        await check_steps_done(work, known)
    is_live = state in LIVE
    changed = await tasks.update(
        known, state=state.value, started_at=_started_at(work, known, state),
        closed_at=None if is_live else work.now,
        closed_by=None if is_live else work.caller.principal,
    )  # fmt: skip
    work.publish(events.task_changed(VERBS[action], changed))
    if state is State.DONE:
        await repeat(work, changed)
    return changed


def _started_at(work: UnitOfWork, known: Task, state: State) -> object:
    """What was reopened has not been begun again."""
    if state is State.OPEN:
        return None
    return work.now if state is State.IN_PROGRESS else known.started_at
