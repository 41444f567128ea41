"""Files on their way out: to who is signed in, and by links that work for minutes."""

import base64
import binascii
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.crypto import CannotOpen
from chassis.http.content import Content
from chassis.work import UnitOfWork
from clients.files.repository.files import FileRepository, VersionRepository
from clients.files.rules.failures import FileNotFound, ShareNotFound
from clients.files.rules.types import PASSIVE
from clients.files.tables import File, FileVersion
from clients.files.use_cases.storing import key_of

LASTS: Final = timedelta(minutes=5)
_PLACE: Final = "clients.file.download"
_TENANT_BYTES: Final = 16


async def content_of(
    work: UnitOfWork, context: Context, file_id: UUID, number: int | None, *, inline: bool
) -> Content:
    """The bytes of a version; read apart, so that nothing is held while they are fetched."""
    async with work.database.work(work.caller) as own:
        file = await FileRepository(own).get(file_id)
        version = await version_of(own, file, number)
    return as_content(context, work.tenant_id, version, inline=inline)


async def version_of(work: UnitOfWork, file: File, number: int | None) -> File | FileVersion:
    """The version of this number, else the newest; raises VersionNotFound."""
    if number is None or number == file.number:
        return file
    return await VersionRepository(work).of(file.id, number)


def as_content(
    context: Context, tenant_id: UUID, version: File | FileVersion, *, inline: bool = False
) -> Content:
    """A version, ready to be sent; what could run in a browser is only ever saved."""
    is_shown = inline and version.type in PASSIVE
    return Content(
        partial(context.storage.pieces, key_of(tenant_id, version.object_id)),
        version.size, version.type, version.sha256, version.name, inline=is_shown,
    )  # fmt: skip


async def download_link(
    work: UnitOfWork, file_id: UUID, number: int | None, *, inline: bool
) -> tuple[str, datetime]:
    """A link for a browser that cannot send a token: sealed, and over in minutes."""
    file = await FileRepository(work).get(file_id)
    await version_of(work, file, number)
    until = work.now + LASTS
    told = {
        "file": str(file_id), "number": number, "inline": inline, "until": until.isoformat(),
        "user": str(work.caller.user_id or ""),
    }  # fmt: skip
    sealed = work.crypto.seal(work.tenant_id, orjson.dumps(told), _PLACE)
    token = base64.urlsafe_b64encode(work.tenant_id.bytes + sealed).decode().rstrip("=")
    return f"/v1/public/downloads/{token}", until


async def content_by_link(context: Context, token: str) -> Content:
    """What a short link leads to, if its maker still sees it; raises ShareNotFound."""
    tenant_id, told = _opened(context, token)
    if datetime.fromisoformat(told["until"]) <= context.database.clock():
        raise ShareNotFound()
    caller = await reader_for(context, tenant_id, told["user"])
    async with context.database.work(caller) as work:
        try:
            file = await FileRepository(work).get(UUID(told["file"]))
        except FileNotFound as error:
            raise ShareNotFound() from error
        version = await version_of(work, file, told["number"])
    return as_content(context, tenant_id, version, inline=told["inline"])


async def reader_for(context: Context, tenant_id: UUID, user_id: str) -> Caller:
    """In whose name a stranger reads: of who made the link, if they may still read.

    A key's links are over with the key (see consumers), so nobody stands behind them here.
    """
    if not user_id:
        return system(tenant_id, context.service)
    maker = await context.rights(context, tenant_id, UUID(user_id))
    if maker is None or not maker.may("clients:read"):
        raise ShareNotFound()
    return maker


def _opened(context: Context, token: str) -> tuple[UUID, dict[str, Any]]:
    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        tenant_id = UUID(bytes=raw[:_TENANT_BYTES])
        opened = context.crypto.open(tenant_id, raw[_TENANT_BYTES:], _PLACE)
    except (binascii.Error, ValueError, CannotOpen) as error:
        raise ShareNotFound() from error
    told: dict[str, Any] = orjson.loads(opened)
    return tenant_id, told
