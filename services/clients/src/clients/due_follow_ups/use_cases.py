"""Follow-ups that a status or a field calls for: begun with it, due at its time, gone with it."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.work import UnitOfWork
from clients.due_follow_ups import repository

FALL_DUE = "clients.follow_up_due"


async def begin_follow_up(work: UnitOfWork, client_id: UUID, field: str, hours: int | None) -> None:
    """A client has got this status: whatever an earlier one called for is not waited for."""
    due_at = None if hours is None else work.now + timedelta(hours=hours)
    await plan_follow_up(work, client_id, field, due_at)


async def plan_follow_up(
    work: UnitOfWork, client_id: UUID, field: str, due_at: datetime | None
) -> None:
    """A client is to be followed up then; not at all where that is past or there is no time."""
    if due_at is None or due_at <= work.now:
        await repository.drop(work, client_id, field)
        return
    await repository.put(work, client_id, field, due_at)
    payload = {"client_id": str(client_id), "field": field, "due_at": due_at.isoformat()}
    work.enqueue(FALL_DUE, payload, after=due_at - work.now)


async def fall_due(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> bool:
    """Whether the follow-up is still waited for; true once."""
    return await repository.take(work, client_id, field, due_at)
