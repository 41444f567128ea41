"""One span, one log context and one measurement for every HTTP request."""

import re
import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis import logging, metrics, telemetry
from chassis.http.door import PUBLIC
from chassis.ids import new_id

_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_QUIET = ("/internal/", "/metrics")


class Observe:
    """Outermost middleware; the request id is the caller's own if it gave a sane one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(_QUIET):
            await self.app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        scope["request_id"] = request_id = _request_id(headers.get(b"x-request-id"))
        started = time.perf_counter()
        seen: dict[str, Any] = {"status": 500}

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                seen["status"] = message["status"]
                message["headers"] = [
                    *message.get("headers", ()), (b"x-request-id", request_id.encode())
                ]  # fmt: skip
            await send(message)

        traceparent = headers.get(b"traceparent", b"").decode("latin-1") or None
        attributes = {"http.request.method": scope["method"]}
        with (
            logging.bind(request_id=request_id),
            telemetry.server_span(f"{scope['method']}", traceparent, attributes) as span,
        ):
            await self.app(scope, receive, note)
            _finish(scope, seen["status"], span)
        seconds = time.perf_counter() - started
        metrics.request(scope["method"], _route(scope), seen["status"], seconds)


def _finish(scope: Scope, status: int, span: telemetry.Span) -> None:
    if span.is_recording():
        span.update_name(f"{scope['method']} {_route(scope)}")
        span.set_attribute("http.route", _route(scope))
        span.set_attribute("url.path", _path(scope))
        span.set_attribute("http.response.status_code", status)
        if status >= 500:
            span.fail(str(status))


def _path(scope: Scope) -> str:
    """Paths that anybody may ask for hold secrets, by which they are opened: of these the route, as
    of what no route is known for, which may be a link with a mistake.
    """
    route = scope.get("route")
    permission = getattr(route, "permission", PUBLIC)
    return _route(scope) if permission == PUBLIC else str(scope["path"])


def _route(scope: Scope) -> str:
    route = scope.get("route")
    return getattr(route, "path", None) or "unmatched"


def _request_id(given: bytes | None) -> str:
    text = given.decode("latin-1") if given else ""
    return text if _REQUEST_ID.match(text) else str(new_id())
