"""HTTP door of balances, what explains them, statements, and the entries behind all of it."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from chassis.context import Context as Running
from chassis.http.content import disposition
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page
from chassis.work import UnitOfWork
from memberships.credit.repository import entries as entries_read
from memberships.credit.schemas.balances import (
    BalanceFilters,
    BalanceView,
    ExplainFilters,
    ExplanationView,
    PaperFilters,
    StatementFilters,
    StatementView,
)
from memberships.credit.schemas.moves import EntryFilters, EntryView
from memberships.credit.use_cases import printing, reading
from refs.about import ask_about
from refs.reading import ensure_tenant

balances = router("/v1/credit-balances", "Credit")
entries = router("/v1/credit-entries", "Credit")

READ, PDF = "memberships:read", "application/pdf"


@balances.get("", permission=READ, response_model=Page[BalanceView])
async def list_credit_balances(
    work: Work, context: Context, query: Annotated[BalanceFilters, Query()]
) -> Page[BalanceView]:
    """Tell what a client has of each credit type."""
    client_id = await _seen(work, context, query.client_id)
    found = await reading.balances_of(work, client_id, query.credit_type_id)
    items = [BalanceView.model_validate(one) for one in reading.shown(client_id, found)]
    return Page(items=items, next_cursor=None)


@balances.get("/explain", permission=READ)
async def explain_credit_balance(
    work: Work, context: Context, query: Annotated[ExplainFilters, Query()]
) -> ExplanationView:
    """Tell why a client can use so much today: the chain of facts, in Arabic and English."""
    client_id = await _seen(work, context, query.client_id)
    return ExplanationView.model_validate(
        await reading.explain(work, client_id, query.credit_type_id)
    )


@balances.get("/statement", permission=READ)
async def get_credit_statement(
    work: Work, context: Context, query: Annotated[StatementFilters, Query()]
) -> StatementView:
    """Tell what a client had, what came and went in some days, and what they had then."""
    client_id = await _seen(work, context, query.client_id)
    days = query.date_from, query.date_to
    return StatementView.model_validate(
        await reading.state(work, client_id, query.credit_type_id, days)
    )


@balances.get("/statement/pdf", permission=READ, files=(PDF,))
async def print_credit_statement(
    work: Work, context: Context, query: Annotated[PaperFilters, Query()]
) -> Response:
    """Print a statement of credit, with what can be used today and by when; in the client's
    language unless another one is asked for.
    """
    await ensure_tenant(context, work.tenant_id)
    said = await ask_about(work, context, query.client_id)
    asked = query.model_dump(exclude={"lang"})
    name, content = await printing.print_statement(work, context, asked, said, query.lang)
    headers = {"Content-Disposition": disposition(name, inline=True), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=PDF)


@entries.get("", permission=READ, response_model=Page[EntryView])
async def list_credit_entries(
    work: Work, pages: Pages, query: Annotated[EntryFilters, Query()]
) -> Json:
    """List what was posted about the credit of the clients you see, newest first."""
    values = await entries_read.scope_values(work)
    given = query.model_dump(exclude_none=True)
    return Json(await entries_read.LIST.page(work, pages, given, **values))


async def _seen(work: UnitOfWork, context: Running, client_id: UUID) -> UUID:
    await ensure_tenant(context, work.tenant_id)
    return await reading.seen_client(work, client_id, await ask_about(work, context, client_id))
