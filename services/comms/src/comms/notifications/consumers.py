"""What notifications follow: mentions in notes, due follow-ups, and who is to act for whom."""

from collections.abc import Sequence
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


async def _assigns_somebody(work: UnitOfWork, event: Event) -> bool:
    return event.time > work.now - rules.NEWS and bool(_assigned(event))


@consumers.together("clients.client.created", "clients.client.staff_assigned",
                    wanted=_assigns_somebody)  # fmt: skip
async def on_staff_assigned(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Tell those who are to act for a client now, and did not before."""
    await use_cases.tell_assigned(work, [_assignment(event) for event in events])


def _assigned(event: Event) -> list[UUID]:
    """With whom a client was made, by hand or by a rule, its first event tells already."""
    if event.type.endswith(".created"):
        return rules.assigned(event.data["client"]["staff"])
    return rules.assigned(event.data["added"]) if event.version > 1 else []


def _assignment(event: Event) -> use_cases.Assignment:
    client = event.data["client"]
    return use_cases.Assignment(
        by=event.actor, user_ids=_assigned(event), client_id=UUID(client["id"]),
        name=client["name"], folder_id=UUID(client["folder_id"]),
        staff_ids=[UUID(one["user_id"]) for one in client["staff"]],
    )  # fmt: skip
