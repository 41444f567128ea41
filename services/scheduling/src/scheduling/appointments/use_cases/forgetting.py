"""What is kept of appointments with a client who is erased: nothing."""

from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.appointments.repository.records import AppointmentRepository
from scheduling.claims import repository as claims


async def forget_appointments(work: UnitOfWork, client_id: UUID) -> None:
    """Let go whom they took, and keep nothing of when somebody met the client."""
    gone = await AppointmentRepository(work).forget(client_id)
    await claims.release(work, gone)
