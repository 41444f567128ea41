"""An import of memberships is taken back: those that nothing came of."""

from typing import Any

from background.imports.tables import ImportRow
from background.imports.use_cases.undoing import KEPT, UNDONE, go_on_undoing
from background.jobs.rules import Task
from chassis.work import UnitOfWork
from memberships.imports.use_cases import check_may
from memberships.membership_imports import events, repository, rules
from memberships.membership_imports.use_cases.importing import MANAGE
from memberships.memberships.repository.rows import MembershipRepository


async def undo_chunk(work: UnitOfWork, task: Task) -> dict[str, Any]:
    """The next chunk of taking an import back; raises MissingPermission."""
    check_may(work, MANAGE)
    return await go_on_undoing(work, task, repository.ROWS, _take_back)


async def _take_back(work: UnitOfWork, row: ImportRow) -> str:
    """What still stands as it was taken over is removed."""
    if row.record_id is None:
        return KEPT
    memberships = MembershipRepository(work)
    known = await memberships.get_for_update(row.record_id)
    is_changed = rules.trace(known) != row.after or known.next_package_id is not None
    if is_changed or await repository.is_followed(work, known.id):
        return KEPT
    await repository.remove_periods(work, known.id)
    await memberships.delete(known)
    work.publish(events.membership_deleted(known))
    return UNDONE
