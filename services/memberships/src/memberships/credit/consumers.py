"""Events door of credit: links between clients that are no more, or may be others by now."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from memberships.credit.use_cases import linking

consumers = Consumers("memberships-credit")


@consumers.on("clients.client_link.deleted")
async def on_client_link_deleted(work: UnitOfWork, event: Event) -> None:
    """What two clients share by a link ends with it, unless they are linked in another way."""
    await linking.link_ended(work, UUID(event.data["link_id"]))


@consumers.on("clients.client.merged", "clients.client.unmerged")
async def on_client_merged(work: UnitOfWork, event: Event) -> None:
    """What a client shares, or is given, may stand on a link of somebody else now."""
    for client_id in {event.subject, UUID(event.data["merged_id"])}:
        await linking.look_again(work, client_id)
