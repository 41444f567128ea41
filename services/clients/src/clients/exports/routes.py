"""HTTP door of exports."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from chassis.http.problems import locale_of
from chassis.http.router import JSON, Context, Work, router
from clients.clients.rules.filters import told
from clients.clients.use_cases.listing import asked
from clients.custom_fields.rules.filters import PREFIX
from clients.exports import use_cases
from clients.exports.rules.sheets import MEDIA_TYPES, sheet
from clients.exports.schemas import ExportQuery, HistoryView

routes = router("/v1/clients/export", "Clients")
of_client = router("/v1/clients/{client_id}", "Clients")


@routes.get(
    "", permission="clients:export", response_model=None, files=tuple(MEDIA_TYPES.values()),
    open_parameters=(PREFIX,),
)  # fmt: skip
async def export_clients(
    work: Work, context: Context, request: Request, query: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """Take clients out as CSV, Excel or vCard; the list's filters say which."""
    given = query.model_dump(exclude_none=True, exclude={"format"})
    parameters = request.query_params.multi_items()
    wanted = await asked(work, given, parameters)
    trace = told(wanted, query.model_dump(mode="json", exclude_none=True), parameters)
    words = await use_cases.begin_export(work, trace, locale_of(request, work.caller))
    file = f"clients-{work.now:%Y-%m-%d}.{query.format}"
    return StreamingResponse(
        use_cases.parts(context, work.caller, wanted, sheet(query.format, words)),
        media_type=MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )


@of_client.get("/history/export", permission="clients:export", response_model=HistoryView)
async def export_history(work: Work, context: Context, client_id: UUID) -> StreamingResponse:
    """Take out one client with all that is kept about it here and all that happened to it."""
    client = await use_cases.begin_history(work, client_id)
    return StreamingResponse(
        use_cases.history(context, work.caller, client_id, client), media_type=JSON,
        headers={"Content-Disposition": f'attachment; filename="client-{client_id}.json"'},
    )  # fmt: skip
