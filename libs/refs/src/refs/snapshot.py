"""Start hooks of a service whose memory is still empty: take everything once, then follow."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from chassis.caller import system
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.errors import Failure
from refs import clients, folders, peers, people

_LONGEST_PAUSE: Final = 10.0
_IS_LOADED: Final = "select 1 from refs_snapshots where name = $1"
_MARK: Final = "insert into refs_snapshots (name) values ($1) on conflict do nothing"

_log = logging.getLogger(__name__)
_running: set[asyncio.Task[None]] = set()


async def load_people(context: Context) -> None:
    """Begin to take over all tenants unless that was done; read-through serves meanwhile."""
    await take_once(context, "people", _people)


async def load_folder_access(context: Context) -> None:
    """Begin to take over all folders and access entries unless that was done."""
    await take_once(context, "folder_access", _folder_access)


async def load_clients(context: Context) -> None:
    """Begin to take over all clients unless that was done."""
    await take_once(context, "clients", _clients)


async def take_once(
    context: Context, name: str, load: Callable[[Context], Awaitable[None]]
) -> None:
    """Begin to take over what has this name unless that was done, again until it succeeds."""
    async with context.database.plumbing() as connection:
        if await connection.fetchval(_IS_LOADED, name):
            return
    # Beside the start, not before it: the peer may itself be starting, or be down for long.
    task = asyncio.create_task(_persist(context, name, load))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def _persist(context: Context, name: str, load: Callable[[Context], Awaitable[None]]) -> None:
    pause = 0.5
    while not context.draining:
        try:
            await load(context)
            async with context.database.plumbing() as connection:
                await connection.execute(_MARK, name)
        except (Failure, *UNREACHABLE) as error:
            _log.info("the snapshot of %s has to wait: %r", name, error)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            _log.info("the snapshot of %s is taken", name)
            return


async def _people(context: Context) -> None:
    async for tenant in peers.snapshot_tenants(context):
        async with context.database.work(system(UUID(tenant["id"]), context.service)) as work:
            await people.remember_tenant(work, tenant)


async def _folder_access(context: Context) -> None:
    async for tenant_id, folder in peers.snapshot_folders(context):
        async with context.database.work(system(tenant_id, context.service)) as work:
            await folders.remember_access(work, [folder])


async def _clients(context: Context) -> None:
    async for tenant_id, some in peers.snapshot_clients(context):
        async with context.database.work(system(tenant_id, context.service)) as work:
            await clients.remember_answer(work, some)
