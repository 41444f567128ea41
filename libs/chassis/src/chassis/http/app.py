"""The HTTP application of a service: its routers, its internal doors, its description."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import orjson
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from chassis import metrics
from chassis.context import Context
from chassis.http.description import describe
from chassis.http.doors import Doors
from chassis.http.observe import Observe
from chassis.http.router import JSON, Route, Router

Door = Callable[[Request], Awaitable[Response]]


class UndeclaredRoute(TypeError):
    """A route that declares no permission, or does not go through the door."""


def create_app(context: Context, routers: Sequence[Router], title: str) -> ASGIApp:
    """The application; raises UndeclaredRoute at start rather than serve an open door."""
    for router in routers:
        check_declared(router)
    routes = [route for router in routers for route in router.routes if isinstance(route, Route)]
    internal = _internal_doors(context, _Description(routers, title))
    return Observe(Doors(context, routes, internal))


def check_declared(router: Router) -> None:
    """Deny by default: every route is ours and names its permission."""
    for route in router.routes:
        if not isinstance(route, Route) or not route.permission:
            raise UndeclaredRoute(f"{getattr(route, 'path', route)} declares no permission")


class _Description:
    """The OpenAPI document, made when somebody first asks: it takes half as long as a start."""

    def __init__(self, routers: Sequence[Router], title: str) -> None:
        self._routers, self._title = routers, title
        self._lock = asyncio.Lock()
        self._made: bytes | None = None

    async def read(self) -> bytes:
        """As JSON."""
        async with self._lock:
            if self._made is None:
                self._made = await asyncio.to_thread(self._make)
        return self._made

    def _make(self) -> bytes:
        described = FastAPI(title=self._title, strict_content_type=False)
        for router in self._routers:
            described.include_router(router)
        return orjson.dumps(describe(described))


def _internal_doors(context: Context, description: _Description) -> dict[str, Door]:
    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        state = context.ready | {"serving": not context.draining}
        status = 200 if all(state.values()) else 503
        return Response(orjson.dumps(state), status, media_type=JSON)

    async def openapi(_: Request) -> Response:
        return Response(await description.read(), media_type=JSON)

    async def numbers(_: Request) -> Response:
        return PlainTextResponse(await asyncio.to_thread(metrics.render))

    doors = {
        "/internal/healthz": alive, "/internal/readyz": ready,
        "/internal/openapi.json": openapi, "/metrics": numbers,
    }  # fmt: skip
    return {path: _inside_only(door) for path, door in doors.items()}


def _inside_only(door: Door) -> Door:
    """A second lock behind the gateway's: what came through a proxy finds nothing here."""

    async def guarded(request: Request) -> Response:
        if "x-forwarded-for" in request.headers:
            raise HTTPException(404)
        return await door(request)

    return guarded
