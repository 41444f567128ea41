"""Choosing who gets a client."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from chassis.cache import TenantCache
from chassis.work import UnitOfWork
from clients.assignment_rules import rules
from clients.assignment_rules.repository import enabled, reserve
from clients.serials.rules import Block


@dataclass(slots=True)
class _Drawer:
    block: Block = field(default_factory=Block)
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


# A company without rules is asked for them once a second, however many clients it adds.
_known: Final = TenantCache[list[rules.AssignmentRule]](seconds=1)
# Turns in a drawer that is forgotten are passed over.
_drawers: Final = TenantCache[dict[UUID, _Drawer]](seconds=24 * 3600, most=10_000)


async def choose(work: UnitOfWork, folder_id: UUID, country_code: str) -> UUID | None:
    """Whose turn it is by the first rule that fits; None where none does."""
    ordered = _known.get(work)
    if ordered is None:
        # Of its own, like the turns: whoever waits for a connection may not hold one.
        async with work.database.work(work.caller) as own:
            ordered = _known.put(work, await enabled(own))
    rule = rules.first(ordered, folder_id, country_code)
    return rules.whose(rule, await _take_turn(work, rule.id)) if rule else None


def forget(work: UnitOfWork) -> None:
    """Read the rules anew once this work is committed."""
    _known.forget(work)


async def _take_turn(work: UnitOfWork, rule_id: UUID) -> int:
    drawers = _drawers.get(work)
    if drawers is None:
        drawers = _drawers.put(work, {})
    drawer = drawers.setdefault(rule_id, _Drawer())
    if (turn := drawer.block.take()) is not None:
        return turn
    async with drawer.lock:
        while (turn := drawer.block.take()) is None:
            size = drawer.block.grown()
            # Of its own, so that no create holds the rule's row until its commit.
            async with work.database.work(work.caller) as own:
                beyond = await reserve(own, rule_id, size)
            drawer.block = Block(beyond - size, beyond, size)
    return turn
