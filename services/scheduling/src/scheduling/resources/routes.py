"""HTTP door of resources."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.resources import use_cases
from scheduling.resources.repository import LIST, ResourceRepository
from scheduling.resources.schemas import (
    ResourceCreate,
    ResourceFilters,
    ResourceUpdate,
    ResourceView,
)
from scheduling.resources.tables import Resource

routes = router("/v1/resources", "Resources")

READ, MANAGE = "scheduling:read", "scheduling:manage"


@routes.get("", permission=READ, response_model=Page[ResourceView])
async def list_resources(
    work: Work, pages: Pages, query: Annotated[ResourceFilters, Query()]
) -> Json:
    """List rooms, equipment and vehicles."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "غرفة ١", "en": "Room 1"}, "kind": "room"},
)  # fmt: skip
async def create_resource(work: Work, body: ResourceCreate) -> ResourceView:
    """Add a resource."""
    return _shown(await use_cases.create_resource(work, _columns(body, body.model_dump())))


@routes.get("/{resource_id}", permission=READ)
async def get_resource(work: Work, resource_id: UUID) -> ResourceView:
    """Read a resource."""
    return _shown(await ResourceRepository(work).get(resource_id))


@routes.patch("/{resource_id}", permission=MANAGE, example={"active": False})
async def update_resource(work: Work, resource_id: UUID, body: ResourceUpdate) -> ResourceView:
    """Change a resource, or put it away."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_resource(work, resource_id, changes))


@routes.delete("/{resource_id}", permission=MANAGE)
async def delete_resource(work: Work, resource_id: UUID) -> None:
    """Remove a resource that nothing needed."""
    await use_cases.delete_resource(work, resource_id)


def _columns(body: ResourceCreate | ResourceUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if "name" in given:
        given["name"] = body.name.stored()
    if "active" in given:
        given["is_active"] = given.pop("active")
    return given


def _shown(resource: Resource) -> ResourceView:
    return ResourceView.model_validate(asdict(resource) | {"active": resource.is_active})
