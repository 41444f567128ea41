"""Events door of flows: what happens to them when a key is revoked."""

from automation.flows.use_cases import edit
from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork

consumers = Consumers("automation-flows")


@consumers.on("edge.api_key.revoked")
async def on_api_key_revoked(work: UnitOfWork, event: Event) -> None:
    """A flow acts with its editor's rights: those of a revoked key are none."""
    await edit.disown(work, f"key:{event.subject}")
