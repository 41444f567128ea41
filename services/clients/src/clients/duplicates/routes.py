"""HTTP door of duplicates."""

from typing import Annotated

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from clients.duplicates import use_cases
from clients.duplicates.repository import LIST, DuplicateRepository
from clients.duplicates.schemas import Dismissal, DuplicateFilters, DuplicateView

routes = router("/v1/clients/duplicates", "Merges")


@routes.get("", permission="clients:read", response_model=Page[DuplicateView])
async def list_duplicates(
    work: Work, pages: Pages, query: Annotated[DuplicateFilters, Query()]
) -> Json:
    """List pairs of clients that are probably one, as far as you see both."""
    values = await DuplicateRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.model_dump(), **values))


@routes.post(
    "/dismiss", permission="clients:write", response_model=DuplicateView,
    example={"client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "other_client_id": "01890a5d-ac96-774b-bcce-b302099a8058"},
)  # fmt: skip
async def dismiss_duplicate(work: Work, body: Dismissal) -> Json:
    """Say that two clients are not one: they are not proposed again."""
    pair_id = await use_cases.dismiss_duplicate(
        work, body.client_id, body.other_client_id, dismissed=body.dismissed
    )
    return Json(*await DuplicateRepository(work).read(pair_id))
