"""Links for people outside: given out, used, and over."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import UUID

from chassis.caller import Caller
from chassis.context import Context
from chassis.http.content import Content
from chassis.links import new_token, token_hash
from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases.checks import client_to_write
from clients.files import events
from clients.files.repository import shares
from clients.files.repository.files import FileRepository
from clients.files.repository.shares import ShareRepository
from clients.files.rules import shares as rules
from clients.files.rules.failures import PasswordNeeded, ShareNotFound, TooManyShares
from clients.files.schemas import ShareCreate
from clients.files.tables import File, FileShare
from clients.files.use_cases.reading import as_content, reader_for


async def share_file(
    work: UnitOfWork, file_id: UUID, body: ShareCreate, password_hash: bytes | None
) -> tuple[File, FileShare, str]:
    """Give out a link; its token is told this once."""
    file = await FileRepository(work).get_for_update(file_id)
    file = replace(file, client_id=(await client_to_write(work, file.client_id)).id)
    if await ShareRepository(work).count(file_id) >= rules.MOST:
        raise TooManyShares(most=rules.MOST)
    token = new_token()
    share = await ShareRepository(work).add(
        file_id=file_id, author=work.caller.principal, token_hash=token_hash(token),
        password_hash=password_hash, max_downloads=body.max_downloads, downloads=0, guesses=0,
        expires_at=rules.end_of(work.now, body.expires_at),
    )  # fmt: skip
    work.publish(events.file_shared(file, share))
    return file, share, token


async def revoke_share(work: UnitOfWork, file_id: UUID, share_id: UUID) -> None:
    """Let a link lead nowhere any more."""
    file = await FileRepository(work).get(file_id)
    work.authorize()
    await client_to_write(work, file.client_id)
    share = await ShareRepository(work).get_for_update(share_id)
    if share.file_id != file_id:
        raise ShareNotFound()
    await ShareRepository(work).delete(share)


async def shared_content(
    context: Context, token: str, password: str | None, *, counts: bool
) -> Content:
    """What a link leads to; raises ShareNotFound and PasswordNeeded.

    It is over with its time, its number of downloads, its file, its client, and with the right of
    who made it to see them.
    """
    found = await shares.found_by(context, token_hash(token))
    if found is None:
        raise ShareNotFound()
    kind, _, maker_id = found["author"].partition(":")
    maker = await reader_for(context, found["tenant_id"], maker_id if kind == "user" else "")
    caller = maker.acting_as(f"share:{found['id']}")
    async with context.database.work(caller) as work:
        share, file = await _alive(work, found["id"])
    await _check_password(context, caller, share, password)
    if counts:
        await _count(context, caller, share)
    content = as_content(context, caller.tenant_id, file)
    return _whole(content) if share.max_downloads else content


async def _alive(work: UnitOfWork, share_id: UUID) -> tuple[FileShare, File]:
    share = await ShareRepository(work).get(share_id)
    file = await FileRepository(work).find(share.file_id)
    client = await ClientRepository(work).find(file.client_id) if file else None
    if file is None or client is None or file.is_archived or client.is_archived:
        raise ShareNotFound()
    if rules.is_over(
        work.now, share.expires_at, share.downloads, share.max_downloads, share.guesses
    ):
        raise ShareNotFound()
    return share, file


async def _check_password(
    context: Context, caller: Caller, share: FileShare, password: str | None
) -> None:
    if share.password_hash is None:
        return
    if password is None:
        raise PasswordNeeded()
    if await asyncio.to_thread(rules.is_password, share.password_hash, password):
        return
    async with context.database.work(caller) as work:
        await ShareRepository(work).count_guess(share.id)
    raise PasswordNeeded()


async def _count(context: Context, caller: Caller, share: FileShare) -> None:
    async with context.database.work(caller) as work:
        if not await ShareRepository(work).use(share.id):
            raise ShareNotFound()
        seen: dict[str, Any] = {"file_id": share.file_id}
        work.audit("downloaded", "file_shares", share.id, seen)


def _whole(content: Content) -> Content:
    """Where downloads are counted each is of the whole file: parts would each be one."""
    return Content(
        content.opened, content.size, content.media_type, content.tag, content.name,
        cache="private, no-store", has_parts=False,
    )  # fmt: skip
