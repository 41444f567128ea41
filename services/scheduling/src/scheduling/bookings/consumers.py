"""Events door of bookings: what was booked with whom changes hands."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from refs import people
from scheduling.bookings.use_cases.handing_over import plan_to_hand_over

consumers = Consumers("scheduling-bookings")


@consumers.on("edge.user.deactivated")
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """Have the heir do what was booked with somebody who left: a job, for there may be much.

    Also without an heir, as those who booked come to nobody then. That they left is taken over
    here too, whenever it is where people are followed: nobody is to book with them meanwhile.
    """
    await people.remember_users(work, [event.data["user"]])
    told = event.data.get("hand_over_to_id")
    heir_id = UUID(told) if told not in (None, "", str(event.subject)) else None
    plan_to_hand_over(work, event.subject, heir_id)
