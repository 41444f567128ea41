"""HTTP door of expenses."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from billing.books import use_cases
from billing.books.repository import LIST, ExpenseRepository
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

routes = router("/v1/expenses", "Expenses")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[BookEntryView])
async def list_expenses(
    work: Work, context: Context, pages: Pages, query: Annotated[BookEntryFilters, Query()]
) -> Json:
    """List the expenses: your own, and those for clients you see."""
    await ensure_tenant(context, work.tenant_id)
    values = await ExpenseRepository(work).scope_values()
    return Json(await LIST.page(work, pages, query.given(), **values))


@routes.get("/sums", permission=READ)
async def sum_expenses(
    work: Work, context: Context, query: Annotated[BookEntryFilters, Query()]
) -> BookEntrySums:
    """What the expenses of a list come to, by currency."""
    await ensure_tenant(context, work.tenant_id)
    return BookEntrySums(items=await ExpenseRepository(work).sums(query.given()))


@routes.post(
    "", permission=WRITE, status=201, response_model=BookEntryView,
    example={"amount": "1150.00", "currency": "SAR", "date": "2026-03-01", "party": "شركة العقار",
             "tax_id": "01890a5d-ac96-774b-bcce-b302099a8070",
             "entry_category_id": "01890a5d-ac96-774b-bcce-b302099a8072",
             "client_id": "01890a5d-ac96-774b-bcce-b302099a8057",
             "method": "bank_transfer", "reference": "TRX-4471", "notes": "إيجار مارس"},
)  # fmt: skip
async def create_expense(work: Work, context: Context, body: BookEntryCreate) -> Json:
    """Write an expense down."""
    expenses = ExpenseRepository(work)
    made = await use_cases.record_entry(context, expenses, body.model_dump(), body.digest())
    return Json(*await expenses.shown(made.id), location=made.id)


@routes.get("/{expense_id}", permission=READ, response_model=BookEntryView)
async def get_expense(work: Work, context: Context, expense_id: UUID) -> Json:
    """Read an expense."""
    await ensure_tenant(context, work.tenant_id)
    return Json(*await ExpenseRepository(work).read(expense_id))


@routes.patch(
    "/{expense_id}", permission=WRITE, response_model=BookEntryView, example={"amount": "1200.00"}
)
async def update_expense(
    work: Work, context: Context, expense_id: UUID, body: BookEntryUpdate
) -> Json:
    """Change an expense."""
    expenses, changes = ExpenseRepository(work), body.model_dump(exclude_unset=True)
    await use_cases.update_entry(context, expenses, expense_id, changes)
    return Json(*await expenses.shown(expense_id))


@routes.delete("/{expense_id}", permission="billing:delete")
async def delete_expense(work: Work, expense_id: UUID) -> None:
    """Remove an expense."""
    await use_cases.delete_entry(ExpenseRepository(work), expense_id)
