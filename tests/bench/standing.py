"""The stack by itself: how soon it is ready, and how much memory it takes when idle."""

import asyncio
from pathlib import Path

from local.stack import Stack
from tests.bench import meter
from tests.bench.report import Finding, Report

_IDLE_SECONDS = 20


async def standing(folder: Path, report: Report) -> None:
    """A second start, with everything installed, migrated and stored."""
    async with Stack(folder):
        pass
    async with Stack(folder) as stack:
        await asyncio.sleep(_IDLE_SECONDS)
        pids = [one.pid for one in stack.everything() if one.pid]
        idle, warm = meter.memory_mb(pids), stack.ready_after or 0.0
    report.found(
        Finding("warm start until all is ready", f"**{warm:.1f} s**", "15 s"),
        Finding("memory of the idle stack (PSS)", f"**{idle:.0f} MB**", "1,000 MB"),
    )
