"""Several steps at once, ended together when one fails."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any

from local.servers.server import NotStarted


async def together(steps: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run all; the first failure cancels the rest and is raised alone."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except* NotStarted as failures:
        raise failures.exceptions[0] from None
