"""HTTP door of CalDAV, for phones: told in no document, as none could tell its methods."""

from typing import Annotated, Final

from fastapi import Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from chassis.http.callers import caller_address
from chassis.http.door import PUBLIC
from chassis.http.problems import of_status
from chassis.http.router import Context, router
from scheduling.caldav import use_cases
from scheduling.caldav.rules import failures, told
from scheduling.caldav.rules.places import PATH
from scheduling.caldav.use_cases import Visit
from scheduling.calendar_files import rules as ical

routes = router(PATH.rstrip("/"), "Calendars")
well_known = router("/.well-known/caldav", "Calendars")

Where = Annotated[str, Path(max_length=300)]
_BELOW: Final = "/{place:path}"
# RFC 4918, 10.1, and RFC 4791, 5.1; without locks (2).
_HEADERS: Final = {"DAV": "1, 3, calendar-access", "Cache-Control": "private, no-cache"}
_ALLOW: Final = "OPTIONS, GET, HEAD, PROPFIND, REPORT"
_WRITES: Final = (
    "PUT", "POST", "PATCH", "DELETE", "PROPPATCH", "MKCOL", "MKCALENDAR", "MOVE", "COPY", "LOCK",
    "UNLOCK", "ACL",
)  # fmt: skip


@routes.door("OPTIONS", _BELOW, permission=PUBLIC, hidden=True)
async def caldav_options(request: Request, place: Where) -> Response:
    """Tell what can be asked here."""
    return Response(None, 200, {**_HEADERS, "Allow": _ALLOW})


@routes.door("PROPFIND", _BELOW, permission=PUBLIC, hidden=True)
async def caldav_properties(context: Context, request: Request, place: Where) -> Response:
    """Tell what is here and right below."""
    by = await _visit(context, request, place)
    depth = request.headers.get("depth", "1")
    found = await use_cases.properties_found(context, by, depth, await _body(request))
    return Response(found, 207, _HEADERS, media_type=told.MEDIA_TYPE)


@routes.door("REPORT", _BELOW, permission=PUBLIC, hidden=True)
async def caldav_report(context: Context, request: Request, place: Where) -> Response:
    """Find entries of a calendar."""
    by = await _visit(context, request, place)
    found = await use_cases.report(context, by, await _body(request))
    return Response(found, 207, _HEADERS, media_type=told.MEDIA_TYPE)


@routes.door("GET", _BELOW, permission=PUBLIC, hidden=True, head=True)
async def caldav_content(context: Context, request: Request, place: Where) -> Response:
    """Read an entry, or a whole calendar."""
    found = await use_cases.content(context, await _visit(context, request, place))
    headers = {**_HEADERS, "ETag": f'"{found.tag}"'}
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(None, 304, headers)
    if request.method == "HEAD":
        size = {"Content-Length": str(len(found.content)), "Content-Type": ical.MEDIA_TYPE}
        return Response(None, 200, headers | size)
    return Response(found.content, 200, headers, media_type=ical.MEDIA_TYPE)


async def caldav_write(context: Context, request: Request, place: Where) -> Response:
    """Refuse to change anything, once it is known who asks."""
    await _visit(context, request, place)
    raise failures.ReadOnly()


for _method in _WRITES:
    routes.door(_method, _BELOW, permission=PUBLIC, hidden=True)(caldav_write)


async def caldav_found(request: Request) -> Response:
    """Lead phones that know the host alone to where it is (RFC 6764, 5)."""
    return RedirectResponse(PATH, 301, _HEADERS)


for _method in ("GET", "PROPFIND", "OPTIONS", "REPORT"):
    well_known.door(_method, "", permission=PUBLIC, hidden=True)(caldav_found)


async def _visit(context: Context, request: Request, place: str) -> Visit:
    given = request.headers.get("authorization", "")
    return await use_cases.visit(context, given, caller_address(request), place)


async def _body(request: Request) -> bytes:
    """What is asked in XML; 413 where it is more than anybody asks."""
    length = request.headers.get("content-length", "0")
    if not length.isdigit() or int(length) > failures.LONGEST_BODY:
        raise of_status(413)
    body = await request.body()
    if len(body) > failures.LONGEST_BODY:
        raise of_status(413)
    return body
