"""Giving out client numbers."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from chassis.cache import TenantCache
from chassis.work import UnitOfWork
from clients.serials.repository import reserve
from clients.serials.rules import Block


@dataclass(slots=True)
class _Drawer:
    block: Block = field(default_factory=Block)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


# Numbers in a drawer that is forgotten stay unused: gaps are allowed.
_drawers: Final = TenantCache[_Drawer](seconds=24 * 3600, most=10_000)


async def take_serial(work: UnitOfWork) -> int:
    """The next number of the tenant; one whose client is not created after all stays unused."""
    drawer = _drawers.get(work) or _drawers.put(work, _Drawer())
    if (serial := drawer.block.take()) is not None:
        return serial
    async with drawer.lock:
        while (serial := drawer.block.take()) is None:
            size = drawer.block.grown()
            # Of its own, so that no create holds the tenant's row until its commit.
            async with work.database.work(work.caller) as own:
                beyond = await reserve(own, size)
            drawer.block = Block(beyond - size, beyond, size)
    return serial
