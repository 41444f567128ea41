"""An import of a calendar is taken back: the appointments that nobody has changed since."""

from typing import Any, Final
from uuid import UUID

from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from chassis.errors import MissingPermission
from chassis.work import UnitOfWork
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.use_cases.making import withdraw
from scheduling.calendar_imports import repository

DELETE: Final = "scheduling:delete"


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back; raises MissingPermission."""
    if not work.caller.may(DELETE):
        raise MissingPermission(permission=DELETE)
    return await go_on_undoing(work, task, repository.ROWS, _take_back)


async def _take_back(work: UnitOfWork, row: ImportRow) -> str:
    """What still stands as it was made is removed, done or not."""
    if row.record_id is None or row.after is None:
        return KEPT
    known = await AppointmentRepository(work).get_for_update(row.record_id)
    if known.version != row.after["version"]:
        return KEPT
    await withdraw(work, known)
    return UNDONE


async def forget_calendar_imports(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what calendars told about a client."""
    await repository.forget(work, client_id)
