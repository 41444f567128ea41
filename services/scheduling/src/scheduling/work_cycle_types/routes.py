"""HTTP door of types of work cycles."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from scheduling.actions.use_cases import ensure_started
from scheduling.work_cycle_types import use_cases
from scheduling.work_cycle_types.repository import LIST, TypeRepository
from scheduling.work_cycle_types.schemas import TypeCreate, TypeFilters, TypeUpdate, TypeView
from scheduling.work_cycle_types.tables import WorkCycleType

routes = router("/v1/work-cycle-types", "Work cycles")

READ, MANAGE = "scheduling:read", "scheduling:manage"


@routes.get("", permission=READ, response_model=Page[TypeView])
async def list_work_cycle_types(
    work: Work, pages: Pages, query: Annotated[TypeFilters, Query()]
) -> Json:
    """List the kinds of work of the company."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "عقود السيارات", "en": "Car contracts"}, "prefix": "CAR-",
             "statuses": [{"name": {"ar": "معاينة", "en": "Inspection"}, "color": "#3366cc"},
                          {"name": {"ar": "تم التسليم", "en": "Delivered"}, "group": "closed"}],
             "custom_fields": [{"key": "plate", "label": {"ar": "رقم اللوحة", "en": "Plate"},
                                "type": "text", "required": True}],
             "print": {"title": {"ar": "بطاقة عمل", "en": "Job card"},
                       "sections": ["staff", "custom_fields", "documents", "notes"],
                       "footer": {"ar": "شكرًا لكم", "en": "Thank you"}}},
)  # fmt: skip
async def create_work_cycle_type(work: Work, body: TypeCreate) -> TypeView:
    """Add a kind of work."""
    await ensure_started(work)
    return _shown(await use_cases.create_type(work, _columns(body, body.model_dump())))


@routes.get("/{work_cycle_type_id}", permission=READ)
async def get_work_cycle_type(work: Work, work_cycle_type_id: UUID) -> TypeView:
    """Read a kind of work."""
    return _shown(await TypeRepository(work).get(work_cycle_type_id))


@routes.patch("/{work_cycle_type_id}", permission=MANAGE, example={"budget_from": "invoices"})
async def update_work_cycle_type(
    work: Work, work_cycle_type_id: UUID, body: TypeUpdate
) -> TypeView:  # fmt: skip
    """Change a kind of work, or put it away."""
    await ensure_started(work)
    changes = _columns(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_type(work, work_cycle_type_id, changes))


@routes.delete("/{work_cycle_type_id}", permission=MANAGE)
async def delete_work_cycle_type(work: Work, work_cycle_type_id: UUID) -> None:
    """Remove a kind of work of which there is none."""
    await use_cases.delete_type(work, work_cycle_type_id)


def _columns(body: TypeCreate | TypeUpdate, given: dict[str, Any]) -> dict[str, Any]:
    if "name" in given:
        given["name"] = body.name.stored()
    if given.get("statuses") is not None and body.statuses is not None:
        given["statuses"] = [one.stored() for one in body.statuses]
    if "custom_fields" in given:
        given["custom_fields"] = [one.stored() for one in body.custom_fields]
    if "print" in given:
        given["print"] = body.print.stored()
    if "budget_from" in given:
        given["budget_from"] = given["budget_from"].value
    if "active" in given:
        given["is_active"] = given.pop("active")
    return given


def _shown(found: WorkCycleType) -> TypeView:
    return TypeView.model_validate(asdict(found) | {"active": found.is_active})
