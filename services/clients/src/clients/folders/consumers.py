"""What happens here when a company signs up."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from clients.folders import use_cases

consumers = Consumers("clients-folders")


@consumers.on("edge.tenant.created")
async def on_tenant_created(work: UnitOfWork, event: Event) -> None:
    """Give it the starting folders, statuses and tags."""
    await use_cases.start(work, event.data["tenant"].get("locale"))
