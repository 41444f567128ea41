"""What can be done with credit types."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from memberships.credit_types.repository import CreditTypeRepository
from memberships.credit_types.tables import CreditType


async def create_credit_type(work: UnitOfWork, values: dict[str, Any]) -> CreditType:
    """Add a credit type."""
    made, _ = await CreditTypeRepository(work).add_once(**values)
    return made


async def update_credit_type(
    work: UnitOfWork, credit_type_id: UUID, changes: dict[str, Any]
) -> CreditType:
    """Change a credit type, or put it away."""
    types = CreditTypeRepository(work)
    return await types.update(await types.get_for_update(credit_type_id), **changes)


async def delete_credit_type(work: UnitOfWork, credit_type_id: UUID) -> None:
    """Remove a credit type that nothing was counted in."""
    types = CreditTypeRepository(work)
    await types.delete(await types.get_for_update(credit_type_id))
