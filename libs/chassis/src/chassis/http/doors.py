"""The ASGI application: finds the route by its resource and hands the request to its door.

FastAPI declares the routes and describes them. Its own dispatching (nested routers, five
middlewares, three exit stacks a request) costs as much as a whole point read, so it is left out
here.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.context import Context
from chassis.http.bodies import BodyRequest
from chassis.http.door import refusal
from chassis.http.router import Route

Door = Callable[[Request], Awaitable[Response]]


class Doors:
    """Every route of a service, by the second part of its path: /v1/<resource>/…"""

    def __init__(
        self, context: Context, routes: Iterable[Route], internal: Mapping[str, Door]
    ) -> None:
        self._context = context
        self._internal = internal
        self._routes: defaultdict[str, list[Route]] = defaultdict(list)
        for route in routes:
            self._routes[_resource(route.path)].append(route)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        scope["context"] = self._context
        # Starlette's look-up of a header decodes the name of each one before it.
        scope["header_values"] = dict(scope["headers"])
        request = BodyRequest(scope, receive)
        response = await self._answer(request, scope)
        await response(scope, receive, send)

    async def _answer(self, request: Request, scope: Scope) -> Response:
        try:
            if (inside := self._internal.get(scope["path"])) is not None:
                return await inside(request)
            route = self._find(scope)
        except HTTPException as error:
            return refusal(error, request)
        return await route.enter(request)

    def _find(self, scope: Scope) -> Route:
        path, method = scope["path"], scope["method"]
        other_method = False
        for route in self._routes.get(_resource(path), ()):
            if (match := route.path_regex.match(path)) is None:
                continue
            if _takes(route, method):
                scope["route"] = route
                scope["path_params"] = match.groupdict()
                return route
            other_method = True
        raise HTTPException(405 if other_method else 404)


def _takes(route: Route, method: str) -> bool:
    methods = route.methods or ()
    return method in methods or (method == "HEAD" and route.has_head)


def _resource(path: str) -> str:
    parts = path.split("/", 3)
    return parts[2] if len(parts) > 2 else ""
