"""HTTP door of the API's documents."""

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from chassis.http.door import PUBLIC
from chassis.http.problems import locale_of
from chassis.http.router import JSON, Context, router
from edge.api_docs import use_cases
from edge.api_docs.rules import page

routes = router("", "Documents")
_FOR_A_WHILE = {"Cache-Control": "public, max-age=10"}
_NOTHING_FROM_ELSEWHERE = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Vary": "Accept-Language",
}


@routes.get("/openapi.json", permission=PUBLIC)
async def get_openapi(context: Context) -> Response:
    """Read the OpenAPI 3.1 document of the whole product."""
    document = await use_cases.openapi(context)
    return Response(orjson.dumps(document), headers=_FOR_A_WHILE, media_type=JSON)


@routes.get("/asyncapi.json", permission=PUBLIC)
async def get_asyncapi() -> Response:
    """Read the AsyncAPI 3.0 document of all events."""
    document = use_cases.asyncapi()
    return Response(orjson.dumps(document), headers=_FOR_A_WHILE, media_type=JSON)


@routes.get("/docs", permission=PUBLIC, files=("text/html",))
async def get_page(context: Context, request: Request) -> HTMLResponse:
    """Read the reference of the whole product as a page."""
    document = await use_cases.openapi(context)
    html = page.render(document, locale_of(request))
    return HTMLResponse(html, headers=_NOTHING_FROM_ELSEWHERE)
