"""The HTTP application of a service: its routers, its internal doors, its description."""

import asyncio
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from chassis import metrics
from chassis.context import Context
from chassis.http.description import describe
from chassis.http.door import refusal
from chassis.http.observe import Observe
from chassis.http.router import Route, Router


class UndeclaredRoute(TypeError):
    """A route that declares no permission, or does not go through the door."""


def create_app(context: Context, routers: Sequence[Router], title: str) -> FastAPI:
    """The application; raises UndeclaredRoute at start rather than serve an open door."""
    app = FastAPI(
        title=title, openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False,
        strict_content_type=False,
    )  # fmt: skip
    app.state.context = context
    for router in routers:
        check_declared(router)
        app.include_router(router)
    for error in (HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(error, _refuse)
    description = describe(app)
    _add_internal(app, context, description)
    app.add_middleware(Observe)  # type: ignore[arg-type]
    return app


def check_declared(router: Router) -> None:
    """Deny by default: every route is ours and names its permission."""
    for route in router.routes:
        if not isinstance(route, Route) or not route.permission:
            raise UndeclaredRoute(f"{getattr(route, 'path', route)} declares no permission")


def _add_internal(app: FastAPI, context: Context, description: dict[str, Any]) -> None:
    async def alive(_: Request) -> Response:
        return PlainTextResponse("ok")

    async def ready(_: Request) -> Response:
        state = context.ready | {"serving": not context.draining}
        status = 200 if all(state.values()) else 503
        return Response(orjson.dumps(state), status, media_type="application/json")

    async def openapi(_: Request) -> Response:
        return Response(orjson.dumps(description), media_type="application/json")

    async def numbers(_: Request) -> Response:
        return PlainTextResponse(await asyncio.to_thread(metrics.render))

    for path, serve in (
        ("/internal/healthz", alive), ("/internal/readyz", ready),
        ("/internal/openapi.json", openapi), ("/metrics", numbers),
    ):  # fmt: skip
        app.router.add_route(path, _inside_only(serve))


def _inside_only(serve: Any) -> Any:
    """A second lock behind the gateway's: what came through a proxy finds nothing here."""

    async def guarded(request: Request) -> Response:
        if "x-forwarded-for" in request.headers:
            raise HTTPException(404)
        answer: Response = await serve(request)
        return answer

    return guarded


async def _refuse(request: Request, error: Exception) -> Response:
    return refusal(error, request)
