"""What is done about the runs of a client who is erased."""

from uuid import UUID

from automation.runs.repository import RunRepository
from chassis.work import UnitOfWork


async def forget_runs(work: UnitOfWork, client_id: UUID) -> None:
    """Remove a client's runs: what they were told, and what their steps said; none goes on."""
    await RunRepository(work).forget(client_id)
