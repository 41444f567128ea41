"""Tasks that were not done in time are told of, once each."""

from typing import Final
from uuid import UUID

from chassis.context import Context
from chassis.work import UnitOfWork
from scheduling.tasks import events
from scheduling.tasks.repository.rows import tell_overdue

_MOST: Final = 500


async def tenants_with_overdue(context: Context) -> list[UUID]:
    """Companies in which somebody is to be told."""
    rows = await context.system.look_up("tenants_with_overdue_tasks", context.database.clock())
    return [row["tenant_id"] for row in rows]


async def tell(work: UnitOfWork) -> bool:
    """Tell of some; whether there may be more."""
    some = await tell_overdue(work, _MOST)
    for task in some:
        work.publish(events.task_changed("overdue", task))
    return len(some) == _MOST
