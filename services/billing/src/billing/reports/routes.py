"""HTTP door of reports."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, Final

import orjson
from fastapi import Query
from starlette.responses import Response

from billing.reports.schemas import (
    ClientsQuery,
    LifetimeValueView,
    OutputQuery,
    ReceivablesQuery,
    ReceivablesView,
    RevenueQuery,
    RevenueView,
    TaxesQuery,
    TaxesView,
)
from billing.reports.use_cases import figures
from billing.reports.use_cases.below import whose
from billing.reports.use_cases.taking_out import Wanted, take_out
from chassis.http.content import disposition
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Paging
from chassis.work import UnitOfWork
from refs.reading import ensure_tenant

routes = router("/v1/billing/reports", "Reports")

READ: Final = "billing:read"
MEDIA_TYPES: Final = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}
FILES: Final = tuple(MEDIA_TYPES.values())
Report = Callable[[UnitOfWork, Paging, dict[str, Any]], Awaitable[dict[str, Any]]]


@routes.get("/receivables", permission=READ, response_model=ReceivablesView, files=FILES)
async def report_receivables(
    work: Work, context: Context, pages: Pages, query: Annotated[ReceivablesQuery, Query()]
) -> Response | Json:
    """Who owes how much, by how long it is due; of the clients you see.

    With `client_id` of that one alone, and with `rollup` too of all below it.
    """
    of = await whose(work, context, query.client_id, rollup=query.rollup)
    report = partial(figures.receivables_report, of=of)
    return await _answer(work, context, ("receivables", report), pages, query)


@routes.get("/revenue", permission=READ, response_model=RevenueView, files=FILES)
async def report_revenue(
    work: Work, context: Context, pages: Pages, query: Annotated[RevenueQuery, Query()]
) -> Response | Json:
    """What was earned, less what was credited, by month, tag, folder, product and more."""
    return await _answer(work, context, ("revenue", figures.revenue_report), pages, query)


@routes.get("/taxes", permission=READ, response_model=TaxesView, files=FILES)
async def report_taxes(
    work: Work, context: Context, query: Annotated[TaxesQuery, Query()]
) -> Response | Json:
    """The figures of a tax return: sales by category and rate, what was credited, input tax."""
    return await _answer(work, context, ("taxes", _taxes), Paging(), query)


@routes.get("/lifetime-value", permission=READ, response_model=LifetimeValueView, files=FILES)
async def report_lifetime_value(
    work: Work, context: Context, pages: Pages, query: Annotated[ClientsQuery, Query()]
) -> Response | Json:
    """What each client you see paid less what went back, since when, and what is open."""
    return await _answer(work, context, ("lifetime-value", figures.lifetime_report), pages, query)


async def _taxes(work: UnitOfWork, _: Paging, asked: dict[str, Any]) -> dict[str, Any]:
    return await figures.taxes_report(work, asked)


async def _answer(
    work: UnitOfWork, context: Context, named: tuple[str, Report], pages: Paging,
    query: OutputQuery,
) -> Response | Json:  # fmt: skip
    await ensure_tenant(context, work.tenant_id)
    name, report = named
    if query.format == "json":
        return Json(orjson.dumps(await report(work, pages, query.given())))
    wanted = Wanted(
        name, query.format, query.lang, lambda own, all_: report(own, all_, query.given()),
        pages.sort,
    )  # fmt: skip
    file, content = await take_out(work, context, wanted)
    headers = {"Content-Disposition": disposition(file), "Cache-Control": "private"}
    return Response(content, headers=headers, media_type=MEDIA_TYPES[query.format])
