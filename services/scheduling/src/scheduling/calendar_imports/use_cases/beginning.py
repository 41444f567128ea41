"""An import of a calendar begins, or its undoing."""

import asyncio
from dataclasses import dataclass
from typing import IO, Any, Final
from uuid import UUID

from background.imports.use_cases import beginning
from background.jobs.use_cases import begin_job
from chassis.context import Context
from chassis.work import UnitOfWork
from refs import about
from refs.home import home
from refs.reading import ensure_tenant, ensure_users
from scheduling.appointments.use_cases.naming import check_named
from scheduling.calendar_imports.repository import FILES
from scheduling.calendar_imports.rules.failures import ClientsUnread
from scheduling.calendar_imports.rules.lines import check_lines
from scheduling.calendar_imports.rules.reading import HEADING
from scheduling.calendar_imports.schemas import CalendarImportFields

IMPORT: Final = "scheduling.calendar_import"
UNDO: Final = "scheduling.calendar_import_undo"
_READS_CLIENTS: Final = "clients:read"
_LONGEST: Final = 200
# Each row is one appointment, and becomes a new one or none.
_AS_ROWS: Final[dict[str, Any]] = {
    "kind": "ics", "mapping": {HEADING: [HEADING]}, "mode": "create", "key": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """What was sent."""

    content: IO[bytes]
    name: str


async def begin_import(
    work: UnitOfWork, context: Context, file: File, asked: CalendarImportFields
) -> UUID:
    """Keep the file and begin to take it in: a job.

    Raises ClientsUnread, what is wrong with whom and what is named, and with the file.
    """
    if not work.caller.may(_READS_CLIENTS):
        raise ClientsUnread()
    # A large one takes a second to look through.
    await asyncio.to_thread(check_lines, file.content)
    await ensure_tenant(context, work.tenant_id)
    said = await about.ask(work, context, asked.client_id)
    await ensure_users(context, work.tenant_id, asked.staff_ids)
    if asked.client_id is not None and said is not None:
        await about.client_to_write(work, asked.client_id, said)
    named = asked.model_dump(include={"staff_ids", "action_id"})
    await check_named(work, named)
    job_id = await begin_job(work, IMPORT, {
        **asked.model_dump(mode="json"),
        "staff_ids": list(dict.fromkeys(map(str, asked.staff_ids))),
        "file": file.name[:_LONGEST], "as_of": work.now.isoformat(),
        "timezone": (await home(work)).timezone, **_AS_ROWS,
    })  # fmt: skip
    await FILES.of(work, job_id).keep(file.content)
    return job_id


async def begin_undo(work: UnitOfWork, import_id: UUID) -> UUID:
    """Begin to take an import back; the same job again where that was begun before."""
    return await beginning.begin_undo(work, import_id, IMPORT, UNDO)
