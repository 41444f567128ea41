"""What can be done with follow-up statuses."""

from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.follow_up_statuses.repository import FollowUpStatusRepository
from clients.follow_up_statuses.rules import Kind, UnknownFollowUpStatus
from clients.follow_up_statuses.tables import FollowUpStatus


async def check_follow_up_status(
    work: UnitOfWork, status_id: UUID | None, kind: Kind
) -> FollowUpStatus | None:
    """The status named; raises UnknownFollowUpStatus. A client has one of each kind at most."""
    if status_id is None:
        return None
    found = await FollowUpStatusRepository(work).find(status_id)
    if found is None or found.kind != kind:
        field = "pinned_status_id" if kind == "pinned" else "follow_up_status_id"
        raise UnknownFollowUpStatus(field=field, kind=kind)
    return found


async def create_follow_up_status(work: UnitOfWork, values: dict[str, Any]) -> FollowUpStatus:
    """Add a follow-up status."""
    status, _ = await FollowUpStatusRepository(work).add_once(**values)
    return status


async def update_follow_up_status(
    work: UnitOfWork, follow_up_status_id: UUID, changes: dict[str, Any]
) -> FollowUpStatus:
    """Change a follow-up status."""
    statuses = FollowUpStatusRepository(work)
    return await statuses.update(await statuses.get_for_update(follow_up_status_id), **changes)


async def delete_follow_up_status(work: UnitOfWork, follow_up_status_id: UUID) -> None:
    """Remove a follow-up status that no client has."""
    statuses = FollowUpStatusRepository(work)
    # Clients first, as whoever parts two of them locks them.
    await statuses.let_go(follow_up_status_id)
    await statuses.delete(await statuses.get_for_update(follow_up_status_id))
