"""Where clients stand: their folder and their three statuses."""

from collections.abc import Mapping
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
        return await _set_status(work, client, {"status_id": status_id}, None)
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
    if "status_id" in chosen:
        if body.status_id is None:
            raise failures.StatusNeeded(field="status_id")
        await folders.choose_place(work, client.folder_id, body.status_id)
    hours = await check_references(work, chosen)
    changed = await _set_status(work, client, chosen, body.reason)
    for field in chosen.keys() - {"status_id"}:
        if getattr(changed, field) != getattr(client, field):
            await begin_follow_up(work, client.id, field, hours.get(field))
    return changed


async def _set_status(
    work: UnitOfWork, client: Client, chosen: Mapping[str, UUID | None], reason: str | None
) -> Client:
    changed = await ClientRepository(work).update(client, **chosen)
    for field in chosen:
        before, after = getattr(client, field), getattr(changed, field)
        if before != after:
            work.publish(events.status_changed(changed, field, before, after, reason))
    return changed
