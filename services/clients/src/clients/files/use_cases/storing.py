"""A file's bytes on their way to where they are kept, and away again."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from chassis.context import Context
from chassis.http.uploads import Upload
from chassis.ids import new_id
from chassis.work import UnitOfWork
from clients.files.repository import files, usage
from clients.files.rules import names, types
from clients.files.rules.failures import Executable, QuotaExceeded, TypeNotAllowed

DROP: Final = "clients.drop_objects"
# Longer than any upload takes from here to its row.
_WAIT: Final = timedelta(hours=1)
_AT_ONCE: Final = 500


class FileSettings(Protocol):
    """What the service's settings say of files."""

    file_types: list[str]
    file_quota: int


def settings_of(context: Context) -> FileSettings:
    """The part of the settings that is about files."""
    settings: FileSettings = context.settings
    return settings


def key_of(tenant_id: UUID, object_id: UUID) -> str:
    """What an object is stored under."""
    return f"{tenant_id}/{object_id}"


def type_of(context: Context, upload: Upload[Any], name: str) -> str:
    """What a file is; raises TypeNotAllowed and Executable."""
    media_type = types.sniffed(upload.content)
    if media_type == types.EXECUTABLE or names.runs(name):
        raise Executable(field="file")
    if not types.is_allowed(media_type, settings_of(context).file_types):
        raise TypeNotAllowed(field="file", type=media_type)
    return media_type


async def store(
    work: UnitOfWork, context: Context, upload: Upload[Any],
    check: Callable[[UnitOfWork], Awaitable[object]],
) -> UUID:  # fmt: skip
    """Keep the bytes under a new id, if the caller may; `check` raises what refuses them.

    Whoever dies between here and the row that names the object leaves nothing: a job that was
    enqueued before looks an hour later whether any row does. No transaction is open meanwhile.
    """
    object_id = new_id()
    async with work.database.work(work.caller, trail=work.trail) as before:
        before.permission, before.authorized = work.permission, work.authorized
        await check(before)
        if await usage.used(before) + upload.size > settings_of(context).file_quota:
            raise QuotaExceeded(field="file", most=settings_of(context).file_quota)
        before.enqueue(DROP, {"objects": [str(object_id)]}, after=_WAIT)
    await context.storage.put(key_of(work.tenant_id, object_id), upload.content)
    return object_id


async def count_in(work: UnitOfWork, context: Context, size: int) -> None:
    """Add to what the company has; raises QuotaExceeded."""
    quota = settings_of(context).file_quota
    if not await usage.take(work, size, quota):
        raise QuotaExceeded(field="file", most=quota)


async def let_go(work: UnitOfWork, object_ids: Sequence[UUID], size: int) -> None:
    """What no row names any more is removed once this work is committed."""
    await usage.give(work, size)
    for start in range(0, len(object_ids), _AT_ONCE):
        some = [str(object_id) for object_id in object_ids[start : start + _AT_ONCE]]
        work.enqueue(DROP, {"objects": some})


async def drop_objects(context: Context, tenant_id: UUID, unneeded: Sequence[UUID]) -> None:
    """Remove stored bytes for good."""
    for object_id in unneeded:
        await context.storage.delete(key_of(tenant_id, object_id))


async def unneeded(work: UnitOfWork, object_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the objects that no row names."""
    kept = await files.needed(work, object_ids)
    return [object_id for object_id in object_ids if object_id not in kept]
