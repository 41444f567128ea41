"""Clients taken out as a file: many of them, or one with its whole history."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias
from uuid import UUID

import orjson

from chassis.caller import Caller
from chassis.context import Context
from chassis.paging import ListQuery, Paging
from chassis.repository import Repository
from chassis.work import UnitOfWork
from clients.client_links import repository as links
from clients.clients.repository.listing import list_clients
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules.filters import Asked
from clients.exports.repository import words
from clients.exports.rules.columns import Words, whole
from clients.exports.rules.sheets import Sheet
from clients.files.repository import files
from clients.insurance.repository import claims, policies
from clients.merges import repository as merges
from clients.notes import repository as notes
from clients.timeline.repository import entries_of

_PAGE: Final = 500
_Read: TypeAlias = Callable[[UnitOfWork, Paging], Awaitable[bytes]]


async def begin_export(work: UnitOfWork, wanted: Mapping[str, Any], locale: str) -> Words:
    """Leave a trace of who takes out what; gives the words that stand for ids and keys."""
    work.audit("exported", "clients", work.tenant_id, dict(wanted))
    return await words(work, locale)


async def parts(
    context: Context, caller: Caller, wanted: Asked, made: Sheet
) -> AsyncIterator[bytes]:
    """The file of all clients wanted, page by page."""

    async def _clients(work: UnitOfWork, paging: Paging) -> bytes:
        return await list_clients(work, paging, wanted)

    async for items in _pages(context, caller, _clients, sort="serial"):
        # Writing a page keeps the processor busy for a while: others are served meanwhile.
        if part := await asyncio.to_thread(made.add, [whole(item) for item in items]):
            yield part
    for part in await asyncio.to_thread(made.end):
        yield part


async def begin_history(work: UnitOfWork, client_id: UUID) -> bytes:
    """Leave a trace of who takes out a client's history; gives the client as JSON."""
    document = await ClientRepository(work).read(client_id)
    work.audit("exported", "clients", client_id, {"history": True}, client_id)
    return document.body.encode()


async def history(
    context: Context, caller: Caller, client_id: UUID, client: bytes
) -> AsyncIterator[bytes]:
    """One client with all that is kept about it and all that happened to it, as JSON."""

    def _about(repository: type[Repository[Any]], listing: ListQuery, asked: Any) -> _Read:
        async def _read(work: UnitOfWork, paging: Paging) -> bytes:
            values = await repository(work).scope_values()
            return await listing.page(work, paging, {"client_id": asked}, **values)

        return _read

    async def _timeline(work: UnitOfWork, paging: Paging) -> bytes:
        return await entries_of(work, paging, client_id, {})

    sections = {
        "notes": _about(notes.NoteRepository, notes.LIST, [client_id]),
        "links": _about(links.ClientLinkRepository, links.LIST, client_id),
        "files": _about(files.FileRepository, files.LIST, [client_id]),
        "insurance_policies": _about(policies.PolicyRepository, policies.LIST, [client_id]),
        "insurance_claims": _about(claims.ClaimRepository, claims.LIST, [client_id]),
        "merges": _about(merges.MergeRepository, merges.LIST, client_id), "timeline": _timeline,
    }  # fmt: skip
    yield b'{"client":' + client
    for name, read in sections.items():
        yield b',"%s":[' % name.encode()
        comma = b""
        async for items in _pages(context, caller, read):
            yield comma + orjson.dumps(items)[1:-1]
            comma = b","
        yield b"]"
    yield b"}"


async def _pages(
    context: Context, caller: Caller, read: _Read, sort: str | None = None
) -> AsyncIterator[list[dict[str, Any]]]:
    """All that a list has, each page in a transaction of its own, so that none stays open."""
    cursor: str | None = None
    while True:
        async with context.database.work(caller) as work:
            page = orjson.loads(await read(work, Paging(_PAGE, cursor, sort)))
        if page["items"]:
            yield page["items"]
        if (cursor := page["next_cursor"]) is None:
            return
