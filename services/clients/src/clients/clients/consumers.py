"""Events door of clients: whose clients change hands."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork

consumers = Consumers("clients-clients")


async def _has_heir(_: UnitOfWork, event: Event) -> bool:
    return event.data.get("hand_over_to_id") not in (None, "", str(event.subject))


@consumers.on("edge.user.deactivated", wanted=_has_heir)
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """Give the clients of somebody who left to the heir: a job, for there may be many."""
    heir_id = UUID(event.data["hand_over_to_id"])
    work.enqueue("clients.hand_over", {
        "leaver_id": str(event.subject), "heir_id": str(heir_id), "actor": event.actor,
        "cause": str(event.id), "depth": event.depth + 1,
    }, unique=f"{event.subject}:{heir_id}")  # fmt: skip
