"""Where clients stand: their folder and their three statuses."""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import failures
from clients.clients.schemas.actions import StatusChange
from clients.clients.tables import Client
from clients.clients.use_cases.checks import check_references, check_shown, for_change
from clients.due_follow_ups.use_cases import begin_follow_up
from clients.folders import use_cases as folders
from refs.writing import check_may_write

# The one of the three statuses that calls for no follow-up.
_OF_FOLDER: Final = "status_id"


async def move_client(
    work: UnitOfWork, client_id: UUID, folder_id: UUID, status_id: UUID | None = None
) -> Client:
    """Put a client into another folder, with a status of it or its default."""
    await folders.outline(work)
    client = await for_change(work, client_id)
    if folder_id == client.folder_id and status_id is None:
        return client
    folder_id, status_id = await folders.choose_place(work, folder_id, status_id)
    if folder_id == client.folder_id:
        return await _set_status(work, client, {_OF_FOLDER: status_id}, None, {})
    await check_may_write(work, folder_id, client.editor_ids)
    moved = await ClientRepository(work).update(client, folder_id=folder_id, status_id=status_id)
    work.publish(events.folder_changed(moved, client.folder_id))
    return moved


async def change_status(work: UnitOfWork, client_id: UUID, body: StatusChange) -> Client:
    """Choose the folder status, the pinned or the follow-up status."""
    await folders.outline(work)
    client = await for_change(work, client_id)
    chosen = body.model_dump(exclude_unset=True, exclude={"reason"})
    if not chosen:
        raise failures.StatusMissing(field="status_id")
    await check_shown(work, client.folder_id, chosen)
    if _OF_FOLDER in chosen:
        if body.status_id is None:
            raise failures.StatusNeeded(field="status_id")
        await folders.choose_place(work, client.folder_id, body.status_id)
    hours = await check_references(work, chosen)
    return await _set_status(work, client, chosen, body.reason, hours)


async def _set_status(
    work: UnitOfWork, client: Client, chosen: Mapping[str, UUID | None], reason: str | None,
    hours: Mapping[str, int],
) -> Client:  # fmt: skip
    changed = await ClientRepository(work).update(client, **chosen)
    for field in chosen:
        if getattr(client, field) == getattr(changed, field):
            continue
        due_at = None
        if field != _OF_FOLDER:
            due_at = await begin_follow_up(work, client.id, field, hours.get(field))
        work.publish(events.status_changed(client, changed, field, reason, due_at))
    return changed
