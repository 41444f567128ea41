"""What notifications follow: mentions in notes, and follow-ups that are due."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from comms.notifications import rules, use_cases

consumers = Consumers("comms-notifications")


async def _mentions_somebody(_: UnitOfWork, event: Event) -> bool:
    return bool(event.data.get("mentioned"))


@consumers.on("clients.note.added", "clients.note.updated", wanted=_mentions_somebody)
async def on_note_changed(work: UnitOfWork, event: Event) -> None:
    """Tell those who are mentioned now and were not before."""
    mentioned = [UUID(user_id) for user_id in event.data["mentioned"]]
    mention = use_cases.Mention(event.actor, mentioned, event.data["note"]["preview"])
    await use_cases.tell_mentioned(work, mention, client_id=event.client_id)


@consumers.on("clients.client.follow_up_due")
async def on_follow_up_due(work: UnitOfWork, event: Event) -> None:
    """Tell who acts for the client."""
    client = event.data["client"]
    await use_cases.tell_follow_up_due(
        work, rules.responsible(client["staff"]), name=client["name"], client_id=event.client_id
    )
