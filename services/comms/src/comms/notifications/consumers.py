"""What notifications follow: who is mentioned in a note is told."""

from uuid import UUID

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from comms.notifications import use_cases

consumers = Consumers("comms-notifications")


async def _mentions_somebody(_: UnitOfWork, event: Event) -> bool:
    return bool(event.data.get("mentioned"))


@consumers.on("clients.note.added", "clients.note.updated", wanted=_mentions_somebody)
async def on_note_changed(work: UnitOfWork, event: Event) -> None:
    """Tell those who are mentioned now and were not before."""
    mentioned = [UUID(user_id) for user_id in event.data["mentioned"]]
    mention = use_cases.Mention(event.actor, mentioned, event.data["note"]["preview"])
    await use_cases.tell_mentioned(work, mention, client_id=event.client_id)
