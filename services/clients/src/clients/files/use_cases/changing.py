"""Files added, given newer versions, described, archived and removed."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.http.uploads import Upload
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from clients.clients.use_cases.checks import client_to_write
from clients.files import events
from clients.files.repository.files import FileRepository, VersionRepository
from clients.files.rules import names
from clients.files.rules.failures import FileOfSomebodyElse, TooManyVersions, UnknownFile
from clients.files.schemas import FileCreate, VersionCreate
from clients.files.tables import File
from clients.files.use_cases.storing import count_in, let_go, store, type_of

_MOST_VERSIONS: Final = 100
_VERSION: Final = ("number", "author", "name", "type", "size", "sha256", "object_id")


async def add_file(work: UnitOfWork, context: Context, upload: Upload[FileCreate]) -> File:
    """Keep a file about a client; the same file with the same `id` is the same one."""
    body = upload.fields
    name = names.cleaned(body.name or upload.name)
    values = body.model_dump(exclude={"name"}) | {
        "name": name, "type": type_of(context, upload, name), "size": upload.size,
        "sha256": upload.sha256.hex(), "author": work.caller.principal, "number": 1,
        "is_archived": False, "expiry_told": 0,
    }  # fmt: skip
    object_id = await store(
        work, context, upload, lambda before: client_to_write(before, body.client_id)
    )
    values["client_id"] = (await client_to_write(work, body.client_id)).id
    if body.id and (known := await FileRepository(work).find(body.id)):
        return _made_before(work, known, values)
    await count_in(work, context, upload.size)
    file = await FileRepository(work).add(**values, object_id=object_id)
    await _keep_version(work, file)
    work.publish(events.file_changed("added", file))
    return file


async def add_version(
    work: UnitOfWork, context: Context, file_id: UUID, upload: Upload[VersionCreate]
) -> File:
    """Let a file be what was sent now; what it was before stays."""
    name = names.cleaned(upload.fields.name or upload.name)
    media_type = type_of(context, upload, name)
    object_id = await store(work, context, upload, lambda before: _for_change(before, file_id))
    file = await _for_change(work, file_id)
    if file.number >= _MOST_VERSIONS:
        raise TooManyVersions(most=_MOST_VERSIONS)
    await count_in(work, context, upload.size)
    dated = upload.fields.model_dump(include={"expires_on"}, exclude_unset=True)
    changed = await FileRepository(work).update(
        file, name=name, type=media_type, size=upload.size, sha256=upload.sha256.hex(),
        number=file.number + 1, object_id=object_id, **_dated(dated),
    )  # fmt: skip
    await _keep_version(work, changed)
    work.publish(events.file_changed("updated", changed, changed=["number", *dated]))
    return changed


async def update_file(work: UnitOfWork, file_id: UUID, changes: Mapping[str, Any]) -> File:
    """Change what is said of a file."""
    file = await _for_change(work, file_id)
    given = dict(changes)
    if "name" in given:
        given["name"] = names.cleaned(given["name"])
    return await _change(work, file, given | _dated(given))


async def archive_file(work: UnitOfWork, file_id: UUID, *, archived: bool) -> File:
    """Put a file away, or take it out again."""
    return await _change(work, await _for_change(work, file_id), {"is_archived": archived})


async def delete_file(work: UnitOfWork, file_id: UUID) -> None:
    """Remove a file for good, with its versions and links; who added it and managers may."""
    file = await _for_change(work, file_id)
    if file.author != work.caller.principal and not work.caller.may("clients:manage"):
        raise FileOfSomebodyElse()
    work.audit("deleted", "files", file.id, {"name": file.name}, file.client_id)
    await let_go(work, *await FileRepository(work).remove([file.id]))
    work.publish(events.file_changed("deleted", file))


async def delete_files_of_client(work: UnitOfWork, client_id: UUID) -> int:
    """Remove all of a client's files for good, whoever asks: for who erases it; how many."""
    removed = 0
    while some := await FileRepository(work).some_of(client_id):
        await let_go(work, *await FileRepository(work).remove(some))
        removed += len(some)
    if removed:
        work.audit("deleted", "files", client_id, {"all_of_client": removed})
    return removed


async def check_files(
    work: UnitOfWork, client_id: UUID, file_ids: Sequence[UUID], field: str = "file_ids"
) -> None:
    """Raises UnknownFile unless all are files of this client, which the caller sees."""
    if file_ids and not await FileRepository(work).are_of(client_id, file_ids):
        raise UnknownFile(field=field)


async def _for_change(work: UnitOfWork, file_id: UUID) -> File:
    file = await FileRepository(work).get_for_update(file_id)
    await client_to_write(work, file.client_id)
    return file


async def _change(work: UnitOfWork, file: File, changes: Mapping[str, Any]) -> File:
    changed = await FileRepository(work).update(file, **changes)
    if changed is not file:
        told = {"is_archived": "archived"}
        fields = [
            told.get(name, name) for name in changes
            if name != "expiry_told" and getattr(changed, name) != getattr(file, name)
        ]  # fmt: skip
        work.publish(events.file_changed("updated", changed, changed=fields))
    return changed


def _dated(changes: Mapping[str, Any]) -> dict[str, Any]:
    """With another date its coming is told anew."""
    return {**changes, "expiry_told": 0} if "expires_on" in changes else dict(changes)


def _made_before(work: UnitOfWork, known: File, values: Mapping[str, Any]) -> File:
    if any(getattr(known, name) != value for name, value in values.items()):
        raise IdTaken(field="id")
    work.status = 200
    return known


async def _keep_version(work: UnitOfWork, file: File) -> None:
    values = {name: getattr(file, name) for name in _VERSION}
    values["author"] = work.caller.principal
    await VersionRepository(work).add(file_id=file.id, **values)
