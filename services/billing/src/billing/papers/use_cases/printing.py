"""Sheets become PDFs: in threads, so many at once."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

import orjson
import typst

from chassis.context import Context

Json = dict[str, Any]
_HERE: Final = Path(__file__).parents[2]
_TEMPLATES: Final = _HERE / "templates"
# Each may hold some 200 MB: what it has laid out before it does not lay out again.
AT_ONCE: Final = 2
# A sheet of A4, or what a till prints on.
Template = Literal["sheet", "roll"]


class Printer:
    """Prints in threads, so many at once: others wait, and the process goes on answering."""

    def __init__(self) -> None:
        # Whoever printed last prints next: it is warm.
        self._idle: asyncio.LifoQueue[typst.Compiler] = asyncio.LifoQueue()
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False,
            font_paths=[str(_HERE / "fonts")],
        )  # fmt: skip
        # Threads of its own: what the compiler keeps for a thread is there when it prints again.
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="printer")
        for _place in range(AT_ONCE):
            self._idle.put_nowait(typst.Compiler(root=_TEMPLATES, font_paths=fonts))

    async def print(
        self, sheet: Json, at: datetime, template: Template = "sheet", inside: bytes | None = None
    ) -> bytes:
        """A sheet as a PDF made at this moment: the same bytes for the same sheet.

        With an e-invoice inside it is a PDF/A-3 (ISO 19005-3), as ZATCA has it.
        """
        compiler = await self._idle.get()
        source = _TEMPLATES / f"{template}.typ"
        printing = asyncio.get_running_loop().run_in_executor(
            self._threads, _print, compiler, source, sheet, at, inside
        )
        # Also when nobody waits for it any more it is not idle before it has ended.
        printing.add_done_callback(lambda _: self._idle.put_nowait(compiler))
        return await asyncio.shield(printing)


async def open_printer(context: Context) -> None:
    """A start hook."""
    context.keep(Printer())


def _print(
    compiler: typst.Compiler, source: Path, sheet: Json, at: datetime, inside: bytes | None
) -> bytes:
    said = {"sheet": orjson.dumps(sheet).decode()}
    if inside is not None:
        said["xml"] = inside.decode()
    made = compiler.compile(
        source, format="pdf", sys_inputs=said, timestamp=int(at.timestamp()),
        pdf_standards=[] if inside is None else ["a-3b"],
    )  # fmt: skip
    if not isinstance(made, bytes):
        raise TypeError("a PDF is one file")
    return made
