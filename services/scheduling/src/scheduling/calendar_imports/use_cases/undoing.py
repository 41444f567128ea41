"""An import of a calendar is taken back: the appointments that nobody has changed since."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing, next_to_undo
from background.jobs.rules import Task
from chassis.errors import MissingPermission
from chassis.repository import Repository
from chassis.work import UnitOfWork
from refs import lag
from refs.writing import UNASKED, Access, check_remembered
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.appointments.use_cases.making import withdraw
from scheduling.calendar_imports import repository

DELETE: Final = "scheduling:delete"


class Undoing:
    """One worker's part of taking an import back."""

    def __init__(self) -> None:
        self._said: Mapping[UUID, Access] = {}

    async def ask(self, work: UnitOfWork, task: Task) -> None:
        """While access is late, have clients asked at once about whom the next rows are of."""
        self._said = {}
        if not lag.is_late(work.database):
            return
        async with work.database.work(work.caller) as own:
            some = await next_to_undo(own, task, repository.ROWS)
        ids = {row.client_id for row in some if row.client_id is not None}
        self._said = await lag.accesses(work, ids)

    async def undo_chunk(self, work: UnitOfWork, task: Task) -> dict[str, Any]:
        """The next chunk of taking an import back; raises MissingPermission."""
        if not work.caller.may(DELETE):
            raise MissingPermission(permission=DELETE)
        return await go_on_undoing(work, task, repository.ROWS, self._take_back)

    async def _take_back(self, work: UnitOfWork, row: ImportRow) -> str:
        """What still stands as it was made is removed, done or not."""
        if row.record_id is None or row.client_id is None or row.after is None:
            return KEPT
        said = self._said.get(row.client_id, UNASKED)
        if not said.may_see:
            return KEPT
        # Not its own `get_for_update`: that would ask clients in the midst of the transaction.
        known = await Repository.get_for_update(AppointmentRepository(work), row.record_id)
        if known.version != row.after["version"]:
            return KEPT
        await check_remembered(work, known.client_id, said)
        await withdraw(work, known)
        return UNDONE


async def forget_calendar_imports(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of what calendars told about a client."""
    await repository.forget(work, client_id)
