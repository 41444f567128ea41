"""What clients says is to be followed up becomes a task, once, and moves or goes with what calls
for it.

A task, and no follow-up of this feature: that one says a status and takes somebody's time, this one
is something to be done by then, which has assignees, comes to be overdue, and stands among what
everybody has to do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.i18n import translate
from chassis.work import UnitOfWork
from refs import people
from scheduling.follow_ups.repository import due
from scheduling.follow_ups.rules.due import TITLE, moves, responsible
from scheduling.tasks.use_cases.following_up import (
    give_up_follow_up,
    move_follow_up,
    plan_follow_up,
    take_up_follow_up,
)


@dataclass(frozen=True, slots=True)
class Client:
    """Who is to be followed up, as of a version, and who acts for them in which role."""

    id: UUID
    version: int
    staff: Sequence[Mapping[str, str]]


async def plan(work: UnitOfWork, client: Client, field: str, due_at: datetime | None) -> None:
    """Have a client followed up then by what a status or a field calls for, or by it no more.

    What it called for before, or does of those merged into the client, nobody need do; these are
    followed up again once they part (`part`).
    """
    known = await due.take(work, client.id, field, client.version, due_at)
    if known is None:
        return
    of_merged = await due.of_merged(work, client.id, field)
    gone = [one for one in of_merged if await give_up_follow_up(work, one)]
    await due.answer(work, client.id, field, gone)
    if await _is_moved(work, known, field, due_at):
        return
    if known.task_id is not None:
        await give_up_follow_up(work, known.task_id)
    made = await _task(work, client, due_at) if due_at is not None else None
    await due.keep(work, client.id, field, made)


async def part(work: UnitOfWork, client_id: UUID, survivor_id: UUID) -> None:
    """Have a client followed up again by what calls for it itself, for whom another one answered
    who was followed up meanwhile.
    """
    for task_id in await due.reopen(work, client_id, survivor_id):
        await take_up_follow_up(work, task_id)


async def _is_moved(
    work: UnitOfWork, known: due.Taken, field: str, due_at: datetime | None
) -> bool:
    """Whether the task that stands for it, not done yet, is one of the new time now."""
    if known.task_id is None or due_at is None or not moves(field):
        return False
    return await move_follow_up(work, known.task_id, due_at)


async def _task(work: UnitOfWork, client: Client, due_at: datetime) -> UUID:
    tenant = await people.tenant(work)
    title = translate(TITLE, tenant.locale if tenant and tenant.locale else "ar")
    found = await people.staff(work, user_ids=responsible(client.staff))
    task = await plan_follow_up(work, client.id, title, due_at, [one.id for one in found])
    return task.id
