"""The HTTP door: authenticate, open a unit of work, call the endpoint, commit, answer."""

import re
from collections.abc import Callable
from logging import getLogger
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

import orjson
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis import logging
from chassis.caller import Caller
from chassis.context import Context
from chassis.database import failure_of
from chassis.errors import Failure, Invalid, MissingPermission, NotFound, Unauthenticated
from chassis.http import problems, uploads
from chassis.http.binding import Call
from chassis.http.bodies import FORM
from chassis.http.content import wants_page
from chassis.http.guesses import guarded
from chassis.idempotency import LONGEST_KEY, Claim, Replay, digest_of, scope_of
from chassis.work import Trail, UnitOfWork

if TYPE_CHECKING:
    from chassis.http.router import Route

# How a route refuses a browser.
Page: TypeAlias = Callable[[Failure, Request], Response]
PUBLIC = "public"
SIGNED_IN = "signed_in"
KEY_PREFIX = "dwn_"
_KEPT_HEADERS = (b"content-type", b"location", b"etag")
# No version has more digits, and Python refuses to read some thousands of them.
_VERSION = re.compile(r"[0-9]{1,18}")
_log = getLogger("chassis.http")


async def enter(route: "Route", call: Call, request: Request) -> Response:
    """Serve one request; every refusal becomes a problem document here, or a page of the route."""
    response = await _entered(route, call, request)
    if route.page is not None:
        response.headers["Vary"] = "Accept, Accept-Language"
    return response


async def _entered(route: "Route", call: Call, request: Request) -> Response:
    caller: Caller | None = None
    try:
        _refuse_unknown_parameters(route, request)
        _refuse_other_than_json(route, request)
        if route.permission == PUBLIC:
            return await (guarded(call, request) if route.is_guessed else call(request))
        context: Context = request.scope["context"]
        caller = await authenticate(request, context)
        return await _within_work(route, call, request, context.database.work(
            caller, trail=Trail(request_id=request.scope.get("request_id"))))  # fmt: skip
    except Replay as replay:
        headers = {**replay.headers, "Idempotency-Replayed": "true"}
        return Response(replay.body, replay.status, headers)
    except Exception as error:
        return refusal(error, request, caller, route.page)


def refusal(
    error: Exception, request: Request, caller: Caller | None = None, page: Page | None = None
) -> Response:
    """The problem document for an error; what nobody expected is logged and not explained."""
    locale = problems.locale_of(request, caller)
    if isinstance(error, (HTTPException, RequestValidationError)):
        failure = problems.from_framework(error, locale)
    elif (known := failure_of(error)) is not None:
        failure = known
    else:
        _log.error("unexpected error", exc_info=error)
        failure = problems.fault()
    if failure.status == 503 and not isinstance(error, type(failure)):
        _log.warning("unavailable: %r", error)
    if page is not None and wants_page(request):
        return page(failure, request)
    return problems.problem(failure, request.url.path, locale)


async def authenticate(request: Request, context: Context) -> Caller:
    """The caller a bearer token names; raises Unauthenticated."""
    scheme, _, token = _header(request, b"authorization").partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated()
    if not token.startswith(KEY_PREFIX):
        return await context.tokens.caller(token, context)
    caller = await context.key_rights(context, token)
    if caller is None:
        raise Unauthenticated("The API key is not valid any more.", code="invalid_token")
    return caller


async def _within_work(route: "Route", call: Call, request: Request, work: UnitOfWork) -> Response:
    _check_permission(route, request, work)
    _expect_version(request, work)
    if request.method != "GET":
        work.plan_once()
    if route.upload is not None:
        return await _with_upload(route, call, request, work)
    if request.method == "POST" and _has_key(request):
        _expect_key(request, work, await request.body())
    with logging.bind(tenant_id=work.tenant_id):
        return await _served(route, call, request, work)


async def _with_upload(route: "Route", call: Call, request: Request, work: UnitOfWork) -> Response:
    """Receive the file first, which may take minutes: no connection waits for it."""
    most = request.scope["context"].chassis_settings.upload_limit
    kind: Any = route.upload
    with uploads.spooled() as content:
        request.scope["upload"] = upload = await uploads.receive(request, kind, content, most)
        if _has_key(request):
            _expect_key(request, work, upload.digest)
        with logging.bind(tenant_id=work.tenant_id):
            return await _served(route, call, request, work)


async def _served(route: "Route", call: Call, request: Request, work: UnitOfWork) -> Response:
    async with work:
        request.scope["work"] = work
        response = await call(request)
        if work.claim is not None:
            # A change that needed no statement so far claims its key before it is committed.
            await work.connection()
        if work.answer is not None:
            _remember(route, work, response)
    return response


def _header(request: Request, name: bytes) -> str:
    value: bytes = request.scope["header_values"].get(name, b"")
    return value.decode("latin-1")


def _check_permission(route: "Route", request: Request, work: UnitOfWork) -> None:
    """401 came before; then 404 for an item the caller may not read, then 403.

    A caller who may read an item and not this of it learns so (403) only once the item proved
    visible: `Repository.get_for_update` and the end of the work ask `work.authorized`.
    """
    permission = work.permission = route.permission
    if permission == SIGNED_IN or work.caller.may(permission):
        return
    if not request.path_params:
        raise MissingPermission(permission=permission)
    is_visible = route.visible_to == SIGNED_IN or work.caller.may(route.visible_to)
    if not is_visible:
        raise NotFound()
    work.authorized = False


def _expect_version(request: Request, work: UnitOfWork) -> None:
    header = _header(request, b"if-match")
    if not header or header.strip() == "*":
        return
    tags = (tag.strip().removeprefix("W/").strip('"') for tag in header.split(","))
    versions = frozenset(int(tag) for tag in tags if _VERSION.fullmatch(tag))
    for value in reversed(request.path_params.values()):
        try:
            work.if_match = (UUID(str(value)), versions)
        except ValueError:
            continue
        return
    if request.method in ("PATCH", "PUT", "DELETE"):
        work.if_match = (None, versions)


def _has_key(request: Request) -> bool:
    return b"idempotency-key" in request.scope["header_values"]


def _expect_key(request: Request, work: UnitOfWork, content: bytes) -> None:
    key = _header(request, b"idempotency-key")
    if not 0 < len(key) <= LONGEST_KEY:
        raise Invalid(
            "A key has 1 to {most} characters.", field="Idempotency-Key", most=LONGEST_KEY
        )
    path, query = request.scope["path"], request.scope["query_string"]
    settings = request.scope["context"].chassis_settings
    digest = digest_of(settings, query + b"\0" + content)
    work.claim = Claim(scope_of(work, request.method, path, key), digest)


def _remember(route: "Route", work: UnitOfWork, response: Response) -> None:
    """Only good answers are kept, and no secret with them: errors have no effect to repeat."""
    answer = work.answer
    if answer is None or response.status_code >= 300:
        work.answer = None
        return
    answer.status = response.status_code
    answer.headers = {
        name.decode(): value.decode("latin-1")
        for name, value in response.raw_headers if name in _KEPT_HEADERS
    }  # fmt: skip
    answer.body = _without(route.secrets, bytes(response.body))


def _without(secrets: tuple[str, ...], body: bytes) -> bytes:
    if not secrets:
        return body
    shown: dict[str, Any] = orjson.loads(body)
    return orjson.dumps(shown | {name: None for name in secrets if name in shown})


def _refuse_other_than_json(route: "Route", request: Request) -> None:
    kind = _header(request, b"content-type") if route.takes_json else ""
    if route.page is not None and kind.startswith(FORM):
        return
    if kind and "json" not in kind:
        raise problems.of_status(415)


def _refuse_unknown_parameters(route: "Route", request: Request) -> None:
    if not request.scope["query_string"]:
        return
    for name in request.query_params:
        if name not in route.parameters and not name.startswith(route.open_parameters):
            raise Invalid("This parameter is not known here.", code="unknown_parameter", field=name)
