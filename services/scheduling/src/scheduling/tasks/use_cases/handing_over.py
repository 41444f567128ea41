"""What somebody who left had still to do is done by somebody else."""

from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.tasks import events, rules
from scheduling.tasks.repository.rows import TaskRepository

HAND_OVER: Final = "scheduling.hand_over_tasks"
_MOST: Final = 500
FIRST: Final = UUID(int=0)


def plan_to_hand_over(work: UnitOfWork, leaver_id: UUID, heir_id: UUID) -> None:
    """Have it handed over."""
    payload: dict[str, Any] = {"leaver_id": str(leaver_id), "heir_id": str(heir_id)}
    work.enqueue(HAND_OVER, payload, unique=f"{leaver_id}:{heir_id}")


async def hand_over(
    work: UnitOfWork, leaver_id: UUID, heir_id: UUID, after: UUID
) -> UUID | None:  # fmt: skip
    """Some of what is not done yet, by id beyond this one; where to go on, None at the end."""
    tasks = TaskRepository(work)
    some = await tasks.still_of(leaver_id, after, _MOST)
    before = {one.id: one.assignee_ids for one in some}
    heirs = {one: rules.handed_over(ids, leaver_id, heir_id) for one, ids in before.items()}
    for task in await tasks.assign(heirs):
        added = [] if heir_id in before[task.id] else [heir_id]
        work.publish(events.task_changed(
            "updated", task, changed=["assignee_ids"], assigned=added
        ))  # fmt: skip
    return some[-1].id if len(some) == _MOST else None
