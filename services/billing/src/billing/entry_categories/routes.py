"""HTTP door of categories."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.entry_categories import use_cases
from billing.entry_categories.repository import LIST, EntryCategoryRepository
from billing.entry_categories.schemas import (
    EntryCategoryCreate,
    EntryCategoryFilters,
    EntryCategoryUpdate,
    EntryCategoryView,
)
from billing.entry_categories.tables import EntryCategory
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/entry-categories", "Categories of expenses and incomes")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[EntryCategoryView])
async def list_entry_categories(
    work: Work, pages: Pages, query: Annotated[EntryCategoryFilters, Query()]
) -> Json:
    """List the categories of expenses and incomes."""
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"kind": "expense", "name": {"ar": "إيجار", "en": "Rent"}},
)  # fmt: skip
async def create_entry_category(work: Work, body: EntryCategoryCreate) -> EntryCategoryView:
    """Add a category of expenses or incomes."""
    values = {"id": body.id, "kind": body.kind.value, "name": body.name.stored(),
              "is_active": body.active}  # fmt: skip
    return _shown(await use_cases.create_category(work, values))


@routes.get("/{entry_category_id}", permission=READ)
async def get_entry_category(work: Work, entry_category_id: UUID) -> EntryCategoryView:
    """Read a category."""
    return _shown(await EntryCategoryRepository(work).get(entry_category_id))


@routes.patch("/{entry_category_id}", permission=MANAGE, example={"active": False})
async def update_entry_category(
    work: Work, entry_category_id: UUID, body: EntryCategoryUpdate
) -> EntryCategoryView:
    """Change a category, or put it away."""
    values = {"name": body.name.stored(), "is_active": body.active}
    columns = {"name": "name", "active": "is_active"}
    changes = {columns[name]: values[columns[name]] for name in body.model_fields_set}
    return _shown(await use_cases.update_category(work, entry_category_id, changes))


@routes.delete("/{entry_category_id}", permission=MANAGE)
async def delete_entry_category(work: Work, entry_category_id: UUID) -> None:
    """Remove a category that nothing was written down under."""
    await use_cases.delete_category(work, entry_category_id)


def _shown(category: EntryCategory) -> EntryCategoryView:
    return EntryCategoryView.model_validate(asdict(category) | {"active": category.is_active})
