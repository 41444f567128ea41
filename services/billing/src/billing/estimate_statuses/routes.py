"""HTTP door of the company's own statuses of estimates."""

from uuid import UUID

from billing.estimate_statuses import use_cases
from billing.estimate_statuses.repository import LIST, EstimateStatusRepository
from billing.estimate_statuses.schemas import (
    EstimateStatusCreate,
    EstimateStatusUpdate,
    EstimateStatusView,
)
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/estimate-statuses", "Estimate statuses")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[EstimateStatusView])
async def list_estimate_statuses(work: Work, pages: Pages) -> Json:
    """List the company's own statuses of estimates."""
    return Json(await LIST.page(work, pages, {}))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "بانتظار الموافقة الطبية", "en": "Awaiting medical approval"},
             "color": "#f2994a", "order": 1},
)  # fmt: skip
async def create_estimate_status(work: Work, body: EstimateStatusCreate) -> EstimateStatusView:
    """Add a status of estimates."""
    values = body.model_dump(exclude_none=True)
    return EstimateStatusView.model_validate(await use_cases.create_estimate_status(work, values))


@routes.get("/{estimate_status_id}", permission=READ)
async def get_estimate_status(work: Work, estimate_status_id: UUID) -> EstimateStatusView:
    """Read a status of estimates."""
    found = await EstimateStatusRepository(work).get(estimate_status_id)
    return EstimateStatusView.model_validate(found)


@routes.patch("/{estimate_status_id}", permission=MANAGE, example={"color": "#2f80ed"})
async def update_estimate_status(
    work: Work, estimate_status_id: UUID, body: EstimateStatusUpdate
) -> EstimateStatusView:
    """Change a status of estimates."""
    changes = body.model_dump(exclude_unset=True)
    changed = await use_cases.update_estimate_status(work, estimate_status_id, changes)
    return EstimateStatusView.model_validate(changed)


@routes.delete("/{estimate_status_id}", permission=MANAGE)
async def delete_estimate_status(work: Work, estimate_status_id: UUID) -> None:
    """Remove a status that no estimate has."""
    await use_cases.delete_estimate_status(work, estimate_status_id)
