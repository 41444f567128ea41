"""Events door of standings: what billing, scheduling and memberships tell of a client."""

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from clients.standings import rules, use_cases

consumers = Consumers("clients-standings")


async def _is_told(_: UnitOfWork, event: Event) -> bool:
    return rules.is_told(event)


@consumers.on("billing.>", "scheduling.>", "memberships.>", wanted=_is_told)
async def on_standing_changed(work: UnitOfWork, event: Event) -> None:
    """Take over what the client owes, expects or is subscribed to."""
    await use_cases.take_over(work, rules.standings(event), event.time)


@consumers.on(*(f"clients.client.{verb}" for verb in ("merged", "unmerged", "redirected")))
async def on_client_merged(work: UnitOfWork, event: Event) -> None:
    """Sum up anew for a client that answers for another one now, or does not any more."""
    await use_cases.sum_up(work, event.subject, event.time)
