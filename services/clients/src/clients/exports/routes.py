"""HTTP door of exports."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from chassis.http.problems import locale_of
from chassis.http.router import Context, Work, router
from clients.exports import use_cases
from clients.exports.rules.sheets import MEDIA_TYPES, sheet
from clients.exports.schemas import ExportQuery
from clients.tags.use_cases import known_names

routes = router("/v1/clients/export", "Clients")

_TAGS = frozenset({"tag", "tag_all", "tag_none"})


@routes.get("", permission="clients:export", response_model=None, files=tuple(MEDIA_TYPES.values()))
async def export_clients(
    work: Work, context: Context, request: Request, query: Annotated[ExportQuery, Query()]
) -> StreamingResponse:
    """Take clients out as CSV, Excel or vCard; the list's filters say which."""
    wanted: dict[str, Any] = query.model_dump(exclude_none=True, exclude={"format"})
    for name in _TAGS & wanted.keys():
        wanted[name] = await known_names(work, wanted[name])
    labels = await use_cases.begin_export(work, query.model_dump(mode="json", exclude_none=True))
    made = sheet(query.format, labels, locale_of(request, work.caller))
    name = f"clients-{work.now:%Y-%m-%d}.{query.format}"
    return StreamingResponse(
        use_cases.parts(context, work.caller, wanted, made), media_type=MEDIA_TYPES[query.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip
