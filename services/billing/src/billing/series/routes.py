"""HTTP door of series."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from billing.series import use_cases
from billing.series.repository import LIST, NO_BRANCH, SeriesRepository
from billing.series.schemas import SeriesCreate, SeriesFilters, SeriesUpdate, SeriesView
from billing.series.tables import Series
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/series", "Series")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[SeriesView])
async def list_series(work: Work, pages: Pages, query: Annotated[SeriesFilters, Query()]) -> Json:
    """List the series; a document type without one gets its own with the first number."""
    return Json(await LIST.page(work, pages, _filters(query)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"document_type": "invoice", "prefix": "INV-2026-", "digits": 5},
)  # fmt: skip
async def create_series(work: Work, body: SeriesCreate) -> SeriesView:
    """Begin a series in the place of the present one of its document type and branch."""
    return _shown(await use_cases.create_series(work, body.model_dump()))


@routes.get("/{series_id}", permission=READ)
async def get_series(work: Work, series_id: UUID) -> SeriesView:
    """Read a series."""
    return _shown(await SeriesRepository(work).get(series_id))


@routes.patch("/{series_id}", permission=MANAGE, example={"digits": 8, "next_number": 1001})
async def update_series(work: Work, series_id: UUID, body: SeriesUpdate) -> SeriesView:
    """Change a series; prefix and next number only until the first number is given."""
    changes = body.model_dump(exclude_unset=True)
    if "current" in changes:
        changes["is_current"] = changes.pop("current")
    return _shown(await use_cases.update_series(work, series_id, changes))


@routes.delete("/{series_id}", permission=MANAGE)
async def delete_series(work: Work, series_id: UUID) -> None:
    """Remove a series that has given no number."""
    await use_cases.delete_series(work, series_id)


def _filters(query: SeriesFilters) -> dict[str, Any]:
    given = query.model_dump(exclude_none=True)
    if "branch_id" in given:
        given["branch_id"] = [NO_BRANCH if one == "none" else one for one in given["branch_id"]]
    return given


def _shown(series: Series) -> SeriesView:
    return SeriesView.model_validate(asdict(series) | {"current": series.is_current})
