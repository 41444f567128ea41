"""HTTP door of statements."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from billing.balances.use_cases import with_all_below
from billing.statements import use_cases
from billing.statements.rules import Wanted, chosen
from billing.statements.schemas import StatementQuery, StatementView
from chassis.http.content import disposition
from chassis.http.problems import locale_of
from chassis.http.router import Context, Work, router
from papers.words import Language
from refs.reading import ensure_client, ensure_tenant

routes = router("/v1/statements", "Balances")

PDF, CSV = "application/pdf", "text/csv"


@routes.get("", permission="billing:read", response_model=StatementView, files=(PDF, CSV))
async def get_statement(
    work: Work, context: Context, request: Request, query: Annotated[StatementQuery, Query()]
) -> StatementView | Response:
    """Read what became of a client's account: JSON by pages, or whole as PDF or CSV.

    CSV asks for `billing:export` too. With `rollup` it is of all below the client as well, and each
    movement says whose it is.
    """
    await ensure_tenant(context, work.tenant_id)
    below = await with_all_below(work, context, query.client_id) if query.rollup else None
    await ensure_client(context, work.tenant_id, query.client_id)
    asked = Wanted(query.client_id, query.date_from, query.date_to, query.currency)
    async with work.database.work(work.caller) as own:
        if below is None:
            wanted = await use_cases.find(own, asked)
        else:
            wanted = await use_cases.find_below(own, asked, below)
    form = chosen(query.format, request.headers.get("accept", ""))
    if form == "pdf":
        name, content = await use_cases.print_statement(work, context, wanted, query.lang)
        return Response(content, headers=_named(name, inline=True), media_type=PDF)
    if form == "csv":
        use_cases.begin_file(work, wanted)
        language: Language = query.lang or (
            "en" if locale_of(request, work.caller) == "en" else "ar"
        )
        return StreamingResponse(
            use_cases.parts(context, work.caller, wanted, language),
            media_type=f"{CSV}; charset=utf-8",
            headers=_named(f"statement-{work.now:%Y-%m-%d}.csv", inline=False),
        )
    return StatementView.model_validate(
        await use_cases.page(work, wanted, query.limit, query.cursor)
    )


def _named(name: str, *, inline: bool) -> dict[str, str]:
    said = disposition(name, inline=inline)
    return {"Content-Disposition": said, "Cache-Control": "private", "Vary": "Accept"}
