"""Events door of tasks: whose tasks change hands."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.tasks.use_cases.handing_over import plan_to_hand_over

consumers = Consumers("scheduling-tasks")


async def _has_heir(_: UnitOfWork, event: Event) -> bool:
    return event.data.get("hand_over_to_id") not in (None, "", str(event.subject))


@consumers.on("edge.user.deactivated", wanted=_has_heir)
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """Give what somebody who left had still to do to the heir: a job, for there may be much."""
    plan_to_hand_over(work, event.subject, UUID(event.data["hand_over_to_id"]))
