"""Events door of checklists: who enters a folder or a status, and tasks that come again."""

from uuid import UUID

from diwan.clients.v1 import events_pb2 as clients_pb2
from diwan.scheduling.v1 import events_pb2

from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork
from scheduling.checklists.use_cases.beginning import begin_again, begin_for_entered

consumers = Consumers("scheduling-checklists")


async def _is_own_status(_: UnitOfWork, event: Event) -> bool:
    """Not one of the two of following up, to which no template is bound."""
    return event.data.get("field") in (None, "", "status_id")


async def _comes_again(_: UnitOfWork, event: Event) -> bool:
    return bool(event.data["task"].get("previous_id"))


@consumers.on("clients.client.created", "clients.client.folder_changed")
async def on_client_placed(work: UnitOfWork, event: Event) -> None:
    """Begin what is bound to the folder that a client has come into, or to its status there."""
    client = event.payload(clients_pb2.ClientFolderChanged).client
    place = _id(client.folder_id), _id(client.status_id)
    await begin_for_entered(work, event.subject, place, {"folder_id", "status_id"})


@consumers.on("clients.client.status_changed", wanted=_is_own_status)
async def on_client_status_changed(work: UnitOfWork, event: Event) -> None:
    """Begin what is bound to the status that a client has now."""
    client = event.payload(clients_pb2.ClientStatusChanged).client
    place = _id(client.folder_id), _id(client.status_id)
    await begin_for_entered(work, event.subject, place, {"status_id"})


@consumers.on("scheduling.task.created", wanted=_comes_again)
async def on_task_repeated(work: UnitOfWork, event: Event) -> None:
    """Have a task that comes again done by the same steps."""
    task = event.payload(events_pb2.TaskChanged).task
    await begin_again(work, event.subject, UUID(task.previous_id))


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None
