"""What is kept of reminders about a client who is erased: nothing."""

from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.reminders.repository.rows import ReminderRepository


async def forget_reminders(work: UnitOfWork, client_id: UUID) -> None:
    """Keep nothing of when a client was reminded, and remind nobody of them any more."""
    await ReminderRepository(work).forget(client_id)
