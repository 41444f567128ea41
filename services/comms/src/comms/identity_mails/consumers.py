"""Events door of identity's mails."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from comms.identity_mails import rules, use_cases

consumers = Consumers("comms-identity_mails")


@consumers.on(*rules.SEALS)
async def on_link_made(work: UnitOfWork, event: Event) -> None:
    """Mail the link that identity sealed."""
    await use_cases.queue(work, event)
