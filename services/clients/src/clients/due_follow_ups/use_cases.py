"""Follow-ups that a status calls for: begun with it, due after its hours, gone with it."""

from datetime import datetime, timedelta
from uuid import UUID

from chassis.work import UnitOfWork
from clients.due_follow_ups import repository

FALL_DUE = "clients.follow_up_due"


async def begin_follow_up(work: UnitOfWork, client_id: UUID, field: str, hours: int | None) -> None:
    """A client has got this status: whatever an earlier one called for is not waited for."""
    if hours is None:
        await repository.drop(work, client_id, field)
        return
    wait = timedelta(hours=hours)
    due_at = work.now + wait
    await repository.put(work, client_id, field, due_at)
    payload = {"client_id": str(client_id), "field": field, "due_at": due_at.isoformat()}
    work.enqueue(FALL_DUE, payload, after=wait)


async def fall_due(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> bool:
    """Whether the follow-up is still waited for; true once."""
    return await repository.take(work, client_id, field, due_at)
