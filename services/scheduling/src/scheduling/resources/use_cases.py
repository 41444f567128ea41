"""What can be done with resources."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from scheduling.resources.repository import ResourceRepository
from scheduling.resources.rules import ResourceInUse, UnknownResource
from scheduling.resources.tables import Resource


async def use_resources(
    work: UnitOfWork, ids: Collection[UUID], *, field: str = "resource_ids",
    known: Collection[UUID] = (),
) -> None:  # fmt: skip
    """Say that something needs them; those that were `known` there before may be put away.

    Raises UnknownResource.
    """
    new = set(ids) - set(known)
    if new and new - await ResourceRepository(work).use(new):
        raise UnknownResource(field=field)


async def create_resource(work: UnitOfWork, values: dict[str, Any]) -> Resource:
    """Add a resource."""
    resource, _ = await ResourceRepository(work).add_once(**values)
    return resource


async def update_resource(
    work: UnitOfWork, resource_id: UUID, changes: dict[str, Any]
) -> Resource:  # fmt: skip
    """Change a resource, or put it away; what needs it already keeps it."""
    resources = ResourceRepository(work)
    return await resources.update(await resources.get_for_update(resource_id), **changes)


async def delete_resource(work: UnitOfWork, resource_id: UUID) -> None:
    """Remove a resource that nothing needed; raises ResourceInUse."""
    resources = ResourceRepository(work)
    known = await resources.get_for_update(resource_id)
    if known.used_at:
        raise ResourceInUse()
    await resources.delete(known)
