"""What can be done with folders, their statuses and the access to them."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from chassis.cache import TenantCache
from chassis.caller import system
from chassis.errors import Invalid
from chassis.work import UnitOfWork
from clients.folders import events, rules
from clients.folders.repository import FolderRepository, StatusRepository
from clients.folders.rules import Outline
from clients.folders.tables import Folder, Status
from clients.tags import use_cases as tags
from clients.visible_fields import repository as visible_fields
from refs import folders as memory
from refs import visibility

# A folder or status not known yet is looked for at once; only a default may be this old.
_outlines: Final = TenantCache[Outline](seconds=2.0)


async def outline(work: UnitOfWork, *, fresh: bool = False) -> Outline:
    """The tenant's folders; a tenant without any is given the starting ones first.

    Read in a transaction of its own, mostly before that of the work begins: it is kept for
    other requests, so it may hold nothing that this work could still undo.
    """
    if not fresh and (known := _outlines.get(work)) is not None:
        return known
    async with work.database.work(system(work.tenant_id, "clients")) as own:
        found = await FolderRepository(own).outline()
        if not found.shelves:
            await start(own)
            found = await FolderRepository(own).outline()
    return _outlines.put(work, found)


async def choose_place(
    work: UnitOfWork, folder_id: UUID | None, status_id: UUID | None
) -> tuple[UUID, UUID]:
    """The folder and status for a client; what is not named is the first and its default.

    Who does not see all gets the first folder they may write to. Raises UnknownFolder and
    StatusNotInFolder, for what is hidden as for what is not there.
    """
    try:
        place = (await outline(work)).place(folder_id, status_id)
    except Invalid:
        place = (await outline(work, fresh=True)).place(folder_id, status_id)
    # Of its own, like the outline: whoever waits for a connection may not hold one.
    async with work.database.work(work.caller) as own:
        sight = await visibility.sight_of(own)
    if folder_id is None and status_id is None and not sight.sees_all:
        mine = set(sight.writable_folders).difference(sight.hidden_folders)
        return (await outline(work)).first_of(mine) or place
    if place[0] in sight.hidden_folders:
        raise rules.UnknownFolder(field="folder_id") if folder_id else rules.StatusNotInFolder(
            field="status_id"
        )  # fmt: skip
    return place


async def start(work: UnitOfWork, locale: str | None = None) -> None:
    """Give a new tenant its folders and tags; harmless where they are there."""
    folders = FolderRepository(work)
    await folders.lock_start()
    if (await folders.outline()).shelves:
        return
    for order, folder in enumerate(rules.STARTING_FOLDERS):
        statuses = [
            {"name": s.name, "color": s.color, "is_closed": s.is_closed} for s in folder.statuses
        ]
        await _add(work, {"name": folder.name, "order": order}, statuses)
    await tags.start(work, locale)


async def create_folder(work: UnitOfWork, values: dict[str, Any]) -> Folder:
    """Add a folder with its statuses."""
    known = await outline(work)
    rules.check_parent(known, None, values.get("parent_id"))
    await _check_shown(work, values.get("parent_id"))
    statuses = values.pop("statuses")
    return await _add(work, values, statuses)


async def update_folder(work: UnitOfWork, folder_id: UUID, changes: dict[str, Any]) -> Folder:
    """Rename a folder, or put it elsewhere in the tree."""
    folders = FolderRepository(work)
    folder = await folders.get_for_update(folder_id)
    if changes.get("parent_id", folder.parent_id) != folder.parent_id:
        await _check_may_manage(work, folder_id)  # access comes down from the parent
        await _check_shown(work, changes["parent_id"])
    if changes.get("visible_fields", folder.visible_fields) != folder.visible_fields:
        await _check_may_manage(work, folder_id)
    if changes.get("parent_id"):
        # Two moves at once could close a circle that neither sees.
        await folders.lock_start()
        rules.check_parent(await folders.outline(), folder_id, changes["parent_id"])
    changed = await folders.update(folder, **changes)
    if changed is not folder:
        await _tell(work, "updated", changed)
    return changed


async def delete_folder(work: UnitOfWork, folder_id: UUID) -> None:
    """Remove a folder with nothing in it."""
    folders = FolderRepository(work)
    await folders.let_go(folder_id)  # clients first, as whoever parts two of them locks them
    folder = await folders.get_for_update(folder_id)
    await folders.lock_start()
    if len((await folders.outline()).shelves) == 1:
        raise rules.LastFolder()
    await folders.delete(folder)
    work.publish(events.folder_changed("deleted", folder))
    _forget(work)


async def add_status(work: UnitOfWork, folder_id: UUID, values: dict[str, Any]) -> Status:
    """Add a status to a folder."""
    folder = await FolderRepository(work).get_for_update(folder_id)
    statuses = StatusRepository(work)
    present = await statuses.of_folder(folder_id)
    if len(present) >= rules.MOST_STATUSES:
        raise rules.TooManyStatuses(most=rules.MOST_STATUSES)
    if values["is_default"]:
        await statuses.clear_default(folder_id)
    status, _ = await statuses.add_once(**values, folder_id=folder_id)
    await _touch(work, folder)
    return status


async def update_status(
    work: UnitOfWork, folder_id: UUID, status_id: UUID, changes: dict[str, Any]
) -> Status:
    """Rename, recolour or reorder a status, or make it the default."""
    folder, status = await _both(work, folder_id, status_id)
    if changes.get("is_default") and not status.is_default:
        await StatusRepository(work).clear_default(folder_id)
    changed = await StatusRepository(work).update(status, **changes)
    if changed is not status:
        await _touch(work, folder)
    return changed


async def delete_status(work: UnitOfWork, folder_id: UUID, status_id: UUID) -> None:
    """Remove a status that no client has."""
    await StatusRepository(work).let_go(status_id)
    folder, status = await _both(work, folder_id, status_id)
    if status.is_default:
        raise rules.DefaultStatusNeeded()
    await StatusRepository(work).delete(status)
    await _touch(work, folder)


async def change_access(
    work: UnitOfWork, folder_id: UUID, access: Sequence[dict[str, str]]
) -> list[dict[str, str]]:
    """Replace the folder's access entries; holds everywhere within a second."""
    folders = FolderRepository(work)
    folder = await folders.get_for_update(folder_id)
    await _check_may_manage(work, folder_id)
    listed = list({entry["principal"]: entry for entry in access}.values())
    if listed != await folders.access(folder_id):
        folder = await folders.touch(folder)
        work.audit("access_changed", "folders", folder_id, {"access": listed})
        await memory.remember_access(work, [_place(folder) | {"access": listed}])
        work.publish(events.access_changed(folder, listed))
        work.after_commit(lambda: visibility.forget(work))
    return listed


async def _check_shown(work: UnitOfWork, parent_id: UUID | None) -> None:
    if parent_id is None:
        if work.caller.folder_ids is not None:
            raise rules.OutsideOwnFolders()
    elif parent_id in (await visibility.sight_of(work)).hidden_folders:
        raise rules.UnknownFolder(field="parent_id")


async def _check_may_manage(work: UnitOfWork, folder_id: UUID) -> None:
    if not visibility.may_manage(await visibility.sight_of(work), folder_id):
        raise rules.AccessNotManageable()


async def _both(work: UnitOfWork, folder_id: UUID, status_id: UUID) -> tuple[Folder, Status]:
    """A folder and a status of it, both locked: of two new defaults the second sees the first."""
    folder = await FolderRepository(work).get_for_update(folder_id)
    status = await StatusRepository(work).get_for_update(status_id)
    if status.folder_id != folder_id:
        raise rules.StatusNotFound()
    return folder, status


async def _add(work: UnitOfWork, values: dict[str, Any], statuses: list[dict[str, Any]]) -> Folder:
    folder, is_new = await FolderRepository(work).add_once(**values)
    if not is_new:
        return folder
    first = rules.FIRST_STATUS
    statuses = statuses or [{"name": first.name, "color": first.color}]
    default = rules.default_place([bool(s.get("is_default")) for s in statuses])
    for place, status in enumerate(statuses):
        filled = {"order": place, "is_closed": False, **status, "is_default": place == default}
        await StatusRepository(work).add(**filled, folder_id=folder.id)
    await _tell(work, "created", folder)
    return folder


async def _touch(work: UnitOfWork, folder: Folder) -> None:
    """A folder's statuses are part of it: a change of them is one of the folder."""
    await _tell(work, "updated", await FolderRepository(work).touch(folder))


async def _tell(work: UnitOfWork, verb: str, folder: Folder) -> None:
    await memory.remember_places(work, [_place(folder)])
    work.publish(events.folder_changed(verb, folder))
    _forget(work)


def _place(folder: Folder) -> dict[str, Any]:
    return {"folder_id": folder.id, "parent_id": folder.parent_id, "version": folder.version}


def _forget(work: UnitOfWork) -> None:
    _outlines.forget(work)
    visible_fields.forget(work)
    work.after_commit(lambda: visibility.forget(work))
