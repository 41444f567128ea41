"""What recurs: once a task is done, the next one is made."""

from datetime import datetime

from chassis.work import UnitOfWork
from refs.home import home
from scheduling.tasks import events, rules
from scheduling.tasks.repository.rows import TaskRepository
from scheduling.tasks.rules import State
from scheduling.tasks.tables import Task


async def checked(
    work: UnitOfWork, recurrence: str | None, due_at: datetime | None
) -> str | None:  # fmt: skip
    """A rule as it is kept; raises DueDateNeeded, and what is said of rules."""
    rules.check_repeating(recurrence, due_at)
    if recurrence is None or due_at is None:
        return None
    return rules.read_rule(recurrence, due_at, (await home(work)).timezone)


async def repeat(work: UnitOfWork, done: Task) -> Task | None:
    """Make the one that follows, if any does and none was made before."""
    if done.recurrence is None or done.due_at is None:
        return None
    zone = (await home(work)).timezone
    since = max(done.due_at, done.occurs_at or done.due_at, work.now)
    due_at = rules.next_due(done.recurrence, done.recurs_from or done.due_at, since, zone)
    if due_at is None:
        return None
    made = await TaskRepository(work).add_unless_taken(
        client_id=done.client_id, title=done.title, description=done.description,
        assignee_ids=done.assignee_ids, due_at=due_at, priority=done.priority, kind=done.kind,
        state=State.OPEN.value, recurrence=done.recurrence, recurs_from=done.recurs_from,
        work_cycle_id=done.work_cycle_id,
        previous_id=done.id, created_by=done.created_by, digest=b"",
    )  # fmt: skip
    if made is not None:
        work.publish(events.task_changed("created", made))
    return made
