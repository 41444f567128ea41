"""Sheets become PDFs: in threads, so many at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal

from chassis.context import Context

if TYPE_CHECKING:
    from papers.press import Press

Json = dict[str, Any]
# Each may hold some 200 MB: what it has laid out before it does not lay out again.
AT_ONCE: Final = 2
# A sheet of A4, or what a till prints on.
Template = Literal["sheet", "roll"]


class Printer:
    """Prints in threads, so many at once: others wait, and the process goes on answering."""

    def __init__(self) -> None:
        # Whoever printed last prints next: it is warm. A press is opened when it is needed first:
        # with its fonts it would take 12 MB of a process that prints nothing.
        self._idle: asyncio.LifoQueue[_Place] = asyncio.LifoQueue()
        # Threads of its own: what the compiler keeps for a thread is there when it prints again.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="printer")
        for _place in range(AT_ONCE):
            self._idle.put_nowait(_Place())

    async def print(
        self, sheet: Json, at: datetime, template: Template = "sheet", inside: bytes | None = None
    ) -> bytes:
        """A sheet as a PDF made at this moment: the same bytes for the same sheet.

        With an e-invoice inside it is a PDF/A-3 (ISO 19005-3), as ZATCA has it.
        """
        place = await self._idle.get()
        printing = asyncio.get_running_loop().run_in_executor(
            self._threads, place.print, sheet, at, template, inside
        )
        # Also when nobody waits for it any more it is not idle before it has ended.
        printing.add_done_callback(lambda _: self._idle.put_nowait(place))
        return await asyncio.shield(printing)


async def open_printer(context: Context) -> None:
    """A start hook."""
    context.keep(Printer())


class _Place:
    """Where a press is, or will be."""

    def __init__(self) -> None:
        self._press: Press | None = None

    def print(self, sheet: Json, at: datetime, template: Template, inside: bytes | None) -> bytes:
        if self._press is None:
            self._press = import_module("papers.press").Press()
        return self._press.print(sheet, at, template, inside)
