"""Events door of credit: links between clients that are no more."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from memberships.credit.use_cases import sharing

consumers = Consumers("memberships-credit")


@consumers.on("clients.client_link.deleted")
async def on_client_link_deleted(work: UnitOfWork, event: Event) -> None:
    """What two clients shared by a link ends with it."""
    await sharing.end_of_link(work, UUID(event.data["link_id"]))
