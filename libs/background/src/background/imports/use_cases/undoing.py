"""Taking an import back, row by row."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from background.imports.repository import RowStore
from background.imports.tables import ImportRow
from background.jobs.rules import Task
from background.jobs.use_cases import ending, going_on
from chassis.database import failure_of
from chassis.errors import Failure
from chassis.work import UnitOfWork

# Undoes what a row did; whether that was `UNDONE`, or `KEPT` since it was changed meanwhile.
TakeBack: TypeAlias = Callable[[UnitOfWork, ImportRow], Awaitable[str]]
UNDONE, KEPT = "undone", "kept"
_BEYOND: Final = 2**31 - 1


async def go_on_undoing(
    work: UnitOfWork, task: Task, rows: RowStore, take_back: TakeBack
) -> dict[str, Any]:
    """The next chunk of taking an import back, the last rows first: they stand on earlier ones."""
    made, some = rows.of(work, task.undo_of_id or task.id), await next_to_undo(work, task, rows)
    if not some:
        undone = await made.undone()
        return ending(work, {name: undone.get(name, 0) for name in (UNDONE, KEPT)})
    await made.note({one.row: await _undone(work, one, take_back) for one in some})
    return going_on(task.done + len(some), {"row": some[-1].row})


async def next_to_undo(work: UnitOfWork, task: Task, rows: RowStore) -> list[ImportRow]:
    """The rows of the next chunk, for who asks others about them before."""
    made = rows.of(work, task.undo_of_id or task.id)
    return await made.next_to_undo(task.state.get("row", _BEYOND))


async def _undone(work: UnitOfWork, row: ImportRow, take_back: TakeBack) -> str:
    try:
        async with work.attempt():
            return await take_back(work, row)
    except Exception as error:
        refusal(error)
        return KEPT


def refusal(error: Exception) -> Failure:
    """What a single request would have been told; trouble of ours concerns the whole chunk."""
    failure = failure_of(error)
    if failure is None or failure.status >= 500:
        raise error
    return failure
