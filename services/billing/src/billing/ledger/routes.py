"""HTTP door of the ledger."""

from typing import Annotated, Any

from fastapi import Query

from billing.documents.rules import NOBODY
from billing.ledger.repository import LIST, scope_values
from billing.ledger.schemas import EntryFilters, LedgerEntryView
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/ledger-entries", "Ledger")


@routes.get("", permission="billing:read", response_model=Page[LedgerEntryView])
async def list_ledger_entries(
    work: Work, pages: Pages, query: Annotated[EntryFilters, Query()]
) -> Json:
    """List what was posted about the clients you see, newest first."""
    return Json(await LIST.page(work, pages, _filters(query), **await scope_values(work)))


def _filters(query: EntryFilters) -> dict[str, Any]:
    given = query.model_dump(exclude_none=True)
    if "client_id" in given:
        given["client_id"] = [NOBODY if one == "none" else one for one in given["client_id"]]
    return given
