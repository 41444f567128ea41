"""Follow-ups that a status or a field calls for: begun with it, due at its time, gone with it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from chassis.work import UnitOfWork
from clients.due_follow_ups import repository

FALL_DUE = "clients.follow_up_due"


async def begin_follow_up(
    work: UnitOfWork, client_id: UUID, field: str, hours: int | None
) -> datetime | None:
    """A client has got this status: whatever an earlier one called for is not waited for.

    When the follow-up is due, if it calls for one.
    """
    due_at = None if hours is None else work.now + timedelta(hours=hours)
    return await plan_follow_up(work, client_id, field, due_at)


async def plan_follow_up(
    work: UnitOfWork, client_id: UUID, field: str, due_at: datetime | None
) -> datetime | None:
    """A client is to be followed up then; not at all where that is past or there is no time.

    What those merged into it waited for in this field is done with. When it is due, if at all.
    """
    await repository.answer(work, client_id, field)
    if due_at is None or due_at <= work.now:
        await repository.drop(work, client_id, field)
        return None
    await repository.put(work, client_id, field, due_at)
    payload = {"client_id": str(client_id), "field": field, "due_at": due_at.isoformat()}
    work.enqueue(FALL_DUE, payload, after=due_at - work.now)
    return due_at


async def fall_due(
    work: UnitOfWork, client_id: UUID, field: str, due_at: datetime, survivor_id: UUID
) -> bool:
    """Whether the follow-up is still waited for by who answers for the client; true once."""
    return await repository.take(work, client_id, field, due_at, survivor_id)


async def told_for(
    work: UnitOfWork, survivor_id: UUID, field: str, client_ids: Sequence[UUID]
) -> None:
    """The survivor was told of the same follow-up: these need not say so again."""
    await repository.answer(work, survivor_id, field, client_ids)


async def part_follow_ups(work: UnitOfWork, survivor_id: UUID, client_ids: Sequence[UUID]) -> None:
    """These stand for themselves again: what they waited for, they wait for."""
    await repository.reopen(work, survivor_id, client_ids)
