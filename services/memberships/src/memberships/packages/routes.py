"""HTTP door of packages."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from memberships.packages import use_cases
from memberships.packages.repository import LIST, PackageRepository
from memberships.packages.schemas import (
    PackageCreate,
    PackageFilters,
    PackageUpdate,
    PackageView,
)

routes = router("/v1/packages", "Packages")

READ, MANAGE = "memberships:read", "memberships:manage"


@routes.get("", permission=READ, response_model=Page[PackageView])
async def list_packages(
    work: Work, pages: Pages, query: Annotated[PackageFilters, Query()]
) -> Json:
    """List what is sold."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201, response_model=PackageView,
    example={"name": {"ar": "اشتراك شهري", "en": "Monthly"}, "kind": "membership",
             "price": "300.00", "currency": "SAR", "period": {"unit": "month", "count": 1}},
)  # fmt: skip
async def create_package(work: Work, body: PackageCreate) -> Json:
    """Add a package."""
    made = await use_cases.create_package(work, _columns(body, body.model_dump()))
    return Json(*await PackageRepository(work).shown(made.id), location=made.id)


@routes.get("/{package_id}", permission=READ, response_model=PackageView)
async def get_package(work: Work, package_id: UUID) -> Json:
    """Read a package."""
    return Json(*await PackageRepository(work).shown(package_id))


@routes.patch(
    "/{package_id}", permission=MANAGE, response_model=PackageView, example={"price": "320.00"}
)
async def update_package(work: Work, package_id: UUID, body: PackageUpdate) -> Json:
    """Change a package, or put it away; what was sold keeps its terms."""
    changes = _columns(body, body.model_dump(exclude_unset=True))
    await use_cases.update_package(work, package_id, changes)
    return Json(*await PackageRepository(work).shown(package_id))


@routes.delete("/{package_id}", permission=MANAGE)
async def delete_package(work: Work, package_id: UUID) -> None:
    """Remove a package that was never sold."""
    await use_cases.delete_package(work, package_id)


def _columns(body: PackageCreate | PackageUpdate, given: dict[str, Any]) -> dict[str, Any]:
    for name in ("name", "description"):
        if given.get(name) is not None:
            given[name] = getattr(body, name).stored()
    if "active" in given:
        given["is_active"] = given.pop("active")
    # In full, with what they leave open.
    whole = body.model_dump()
    return given | {name: whole[name] for name in ("period", "credits") if name in given}
