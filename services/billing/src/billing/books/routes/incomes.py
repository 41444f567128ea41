"""HTTP door of incomes."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.books import use_cases
from billing.books.repository import LIST, IncomeRepository
from billing.books.schemas import (
    BookEntryCreate,
    BookEntryFilters,
    BookEntrySums,
    BookEntryUpdate,
    BookEntryView,
)
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/incomes", "Incomes")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[BookEntryView])
async def list_incomes(
    work: Work, context: Context, pages: Pages, query: Annotated[BookEntryFilters, Query()]
) -> Json:
    """List the incomes: your own, and those for clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await IncomeRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.get("/sums", permission=READ)
async def sum_incomes(
    work: Work, context: Context, query: Annotated[BookEntryFilters, Query()]
) -> BookEntrySums:
    """What the incomes of a list come to, by currency."""
    await ensure_tenant(context, work.tenant_id)
    return BookEntrySums(items=await IncomeRepository(work).sums(query.given()))


@routes.post(
    "", permission=WRITE, status=201, response_model=BookEntryView,
    example={"amount": "1150.00", "currency": "SAR", "date": "2026-03-01", "party": "سارة",
             "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070",
             "client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "method": "bank_transfer", "reference": "TRX-8820", "notes": "عربون"},
)  # fmt: skip
async def create_income(work: Work, context: Context, body: BookEntryCreate) -> Json:
    """Write an income down."""
    incomes = IncomeRepository(work)
    made = await use_cases.record_entry(context, incomes, body.model_dump(), body.digest())
    return Json(*await incomes.shown(made.id), location=made.id)


@routes.get("/{income_id}", permission=READ, response_model=BookEntryView)
async def get_income(work: Work, context: Context, income_id: UUID) -> Json:
    """Read an income."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await IncomeRepository(work).read(income_id))


@routes.patch(
    "/{income_id}", permission=WRITE, response_model=BookEntryView, example={"amount": "1200.00"}
)
async def update_income(
    work: Work, context: Context, income_id: UUID, body: BookEntryUpdate
) -> Json:
    """Change an income."""
    incomes, changes = IncomeRepository(work), body.model_dump(exclude_unset=True)
    await use_cases.update_entry(context, incomes, income_id, changes)
    return Json(*await incomes.shown(income_id))


@routes.delete("/{income_id}", permission="billing:delete")
async def delete_income(work: Work, income_id: UUID) -> None:
    """Remove an income."""
    await use_cases.delete_entry(IncomeRepository(work), income_id)
