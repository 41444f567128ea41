"""Events door of files: links end with the key that made them."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from clients.files.repository.shares import forget_shares_of

consumers = Consumers("clients-files")


@consumers.on("edge.api_key.revoked")
async def on_api_key_revoked(work: UnitOfWork, event: Event) -> None:
    """The links that a key gave out lead nowhere any more."""
    await forget_shares_of(work, f"key:{event.subject}")


@consumers.on("edge.user.deactivated")
async def on_user_deactivated(work: UnitOfWork, event: Event) -> None:
    """The links of somebody who left do not come back with them."""
    await forget_shares_of(work, f"user:{event.subject}")
