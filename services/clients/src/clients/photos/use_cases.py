"""Photos of clients: made anew of what was sent, shown, and taken away."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial
from hashlib import sha256
from io import BytesIO
from typing import Any, Final
from uuid import UUID

from chassis.context import Context
from chassis.http.content import Content, Opened
from chassis.http.uploads import Upload
from chassis.ids import new_id
from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases.checks import for_change
from clients.clients.use_cases.telling import tell_changed
from clients.photos.repository import PhotoRepository, needed
from clients.photos.rules import initials, pictures

DROP: Final = "clients.drop_photos"
_WAIT: Final = timedelta(hours=1)
# Each picture being made takes the memory of its pixels.
_AT_ONCE: Final = asyncio.Semaphore(2)


async def set_photo(
    work: UnitOfWork, context: Context, client_id: UUID, upload: Upload[Any]
) -> None:  # fmt: skip
    """Give a client a photo; what was sent is not kept."""
    object_id = new_id()
    async with work.database.work(work.caller, trail=work.trail) as before:
        before.permission, before.authorized = work.permission, work.authorized
        await for_change(before, client_id)
        before.enqueue(DROP, {"objects": [str(object_id)]}, after=_WAIT)
    if upload.size > pictures.MOST_BYTES:
        raise pictures.PictureTooLarge(field="file")
    async with _AT_ONCE:
        made = await asyncio.to_thread(pictures.squares, upload.content)
    for size, content in made.items():
        await context.storage.put(_key(work.tenant_id, object_id, size), BytesIO(content))
    await _replace(work, client_id, object_id)


async def remove_photo(work: UnitOfWork, client_id: UUID) -> None:
    """Let a client have its initials again."""
    await _replace(work, client_id, None)


async def forget_photo(work: UnitOfWork, client_id: UUID) -> None:
    """Remove a client's photo, whoever asks: for who erases it."""
    photos = PhotoRepository(work)
    if (photo := await photos.of(client_id)) is not None:
        await photos.delete(photo)
        work.enqueue(DROP, {"objects": [str(photo.object_id)]})


async def take_over(work: UnitOfWork, survivor_id: UUID, merged_id: UUID) -> None:
    """A survivor without a photo has the merged client's; the stored picture is one for both."""
    photos = PhotoRepository(work)
    theirs = await photos.of(merged_id)
    if theirs is not None and await photos.of(survivor_id) is None:
        await photos.add(client_id=survivor_id, object_id=theirs.object_id)


async def give_back(work: UnitOfWork, survivor_id: UUID, merged_id: UUID) -> None:
    """They part: unless the survivor was given another one since, the photo is not its own."""
    photos = PhotoRepository(work)
    ours, theirs = await photos.of(survivor_id), await photos.of(merged_id)
    if ours is not None and theirs is not None and ours.object_id == theirs.object_id:
        await photos.delete(ours)


async def picture_of(work: UnitOfWork, context: Context, client_id: UUID, size: int) -> Content:
    """A client's photo, else its initials; read apart, so that nothing is held meanwhile."""
    async with work.database.work(work.caller) as own:
        client = await ClientRepository(own).get(client_id)
        object_id = await PhotoRepository(own).object_of(client.id)
    if object_id is None:
        drawn = initials.avatar(client.name, client.id)
        tag = sha256(drawn).hexdigest()[:32]
        return Content(_in_memory(drawn), len(drawn), "image/svg+xml", tag, "avatar.svg", True)
    key = _key(work.tenant_id, object_id, size)
    length = await context.storage.size(key)
    opened = partial(context.storage.pieces, key)
    tag = f"{object_id}-{size}"
    return Content(opened, length, pictures.MEDIA_TYPE, tag, "photo.webp", inline=True)


async def unneeded(work: UnitOfWork, object_ids: Sequence[UUID]) -> list[UUID]:
    """Those of the stored objects that are nobody's photo."""
    kept = await needed(work, object_ids)
    return [object_id for object_id in object_ids if object_id not in kept]


async def drop_photos(context: Context, tenant_id: UUID, object_ids: Sequence[UUID]) -> None:
    """Remove stored pictures for good."""
    for object_id in object_ids:
        for size in pictures.SIZES:
            await context.storage.delete(_key(tenant_id, object_id, size))


async def _replace(work: UnitOfWork, client_id: UUID, object_id: UUID | None) -> None:
    client = await for_change(work, client_id)
    await forget_photo(work, client.id)
    if object_id is not None:
        await PhotoRepository(work).add(client_id=client.id, object_id=object_id)
    tell_changed(work, client, "photo")


def _key(tenant_id: UUID, object_id: UUID, size: int) -> str:
    return f"{tenant_id}/{object_id}-{size}"


def _in_memory(content: bytes) -> Opened:
    async def _pieces(start: int, end: int) -> AsyncIterator[bytes]:
        yield content[start:end]

    async def _opened(start: int, end: int) -> AsyncIterator[bytes]:
        return _pieces(start, end)

    return _opened
