"""An import of credit is taken back: what is unused of it."""

from typing import Any

from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from chassis.work import UnitOfWork
from memberships.charge_imports import rules
from memberships.charge_imports.repository import ROWS
from memberships.charge_imports.use_cases.importing import WRITE
from memberships.credit.repository.charges import ChargeRepository
from memberships.credit.use_cases.charging import take_back
from memberships.imports.use_cases import check_may


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back; raises MissingPermission."""
    check_may(work, WRITE)
    import_id = task.undo_of_id or task.id

    async def taken_back(work: UnitOfWork, row: ImportRow) -> str:
        """What is left goes back; `kept` tells that something was used, lost or given on."""
        if row.record_id is None:
            return KEPT
        await ChargeRepository(work).get_to_change(row.record_id)
        found = await take_back(work, rules.cause(import_id, row.row))
        return UNDONE if all(lot.amount == taken for lot, taken in found) else KEPT

    return await go_on_undoing(work, task, ROWS, taken_back)
