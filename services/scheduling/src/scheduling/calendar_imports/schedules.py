"""Clock door of imports of calendars."""

import asyncio
from typing import Any, Final
from uuid import UUID
from weakref import WeakValueDictionary

from background.imports.use_cases.importing import Importing
from background.jobs.use_cases import run_job
from chassis.context import Context
from chassis.jobs import Jobs
from scheduling.calendar_imports.rules.reading import rows_of_calendar
from scheduling.calendar_imports.use_cases import beginning, importing, undoing

jobs = Jobs()
# A worker does many jobs at once, and reading a calendar keeps its processor busy: the files of one
# company are taken in one after the other, whatever it sends.
_turns: Final[WeakValueDictionary[UUID, asyncio.Lock]] = WeakValueDictionary()


@jobs.job(beginning.IMPORT)
async def import_calendar(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Take a file in."""
    kind = importing.Calendars(context)
    reading = Importing(kind, kind.ask_about, rows_of_calendar)
    async with _turns.setdefault(tenant_id, asyncio.Lock()):
        try:
            await run_job(context, tenant_id, payload, reading.go_on, reading.ask)
        finally:
            reading.close()


@jobs.job(beginning.UNDO)
async def undo_calendar_import(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Take it back."""
    taking_back = undoing.Undoing()
    await run_job(context, tenant_id, payload, taking_back.undo_chunk, taking_back.ask)
