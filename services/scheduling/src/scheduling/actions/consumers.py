"""What happens here when a company signs up."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.actions import use_cases

consumers = Consumers("scheduling-actions")


@consumers.on("edge.tenant.created")
async def on_tenant_created(work: UnitOfWork, _: Event) -> None:
    """Give it the actions it starts with."""
    await use_cases.start(work)
