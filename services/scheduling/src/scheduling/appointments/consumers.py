"""Events door of appointments: whose appointments change hands."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.appointments.use_cases.handing_over import plan_to_hand_over

consumers = Consumers("scheduling-appointments")


async def _has_heir(_: UnitOfWork, event: Event) -> bool:
    return event.data.get("hand_over_to_id") not in (None, "", str(event.subject))


@consumers.on("edge.user.deactivated", wanted=_has_heir)
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """Have the heir come to what somebody who left was to come to: a job, for there may be much."""
    plan_to_hand_over(work, event.subject, UUID(event.data["hand_over_to_id"]))
