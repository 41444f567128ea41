"""What can be done with the company's own statuses of estimates."""

from typing import Any
from uuid import UUID

from billing.estimate_statuses.repository import EstimateStatusRepository
from billing.estimate_statuses.tables import EstimateStatus
from chassis.work import UnitOfWork


async def create_estimate_status(work: UnitOfWork, values: dict[str, Any]) -> EstimateStatus:
    """Add a status of estimates."""
    status, _ = await EstimateStatusRepository(work).add_once(**values)
    return status


async def update_estimate_status(
    work: UnitOfWork, estimate_status_id: UUID, changes: dict[str, Any]
) -> EstimateStatus:
    """Change a status of estimates."""
    statuses = EstimateStatusRepository(work)
    return await statuses.update(await statuses.get_for_update(estimate_status_id), **changes)


async def delete_estimate_status(work: UnitOfWork, estimate_status_id: UUID) -> None:
    """Remove a status that no estimate has."""
    statuses = EstimateStatusRepository(work)
    await statuses.delete(await statuses.get_for_update(estimate_status_id))
