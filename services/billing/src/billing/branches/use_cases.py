"""What can be done with branches."""

from typing import Any
from uuid import UUID

from billing.branches.repository import BranchRepository
from billing.branches.rules import UnknownBranch
from billing.branches.tables import Branch
from chassis.work import UnitOfWork


async def check_branch(work: UnitOfWork, branch_id: UUID | None) -> None:
    """Raises UnknownBranch."""
    if branch_id is None:
        return
    found = await BranchRepository(work).find(branch_id)
    if found is None or not found.is_active:
        raise UnknownBranch(field="branch_id")


async def create_branch(work: UnitOfWork, values: dict[str, Any]) -> Branch:
    """Add a branch."""
    branch, _ = await BranchRepository(work).add_once(**values)
    return branch


async def update_branch(work: UnitOfWork, branch_id: UUID, changes: dict[str, Any]) -> Branch:
    """Change a branch, or put it away."""
    branches = BranchRepository(work)
    return await branches.update(await branches.get_for_update(branch_id), **changes)


async def delete_branch(work: UnitOfWork, branch_id: UUID) -> None:
    """Remove a branch that nothing is numbered for."""
    branches = BranchRepository(work)
    await branches.delete(await branches.get_for_update(branch_id))
