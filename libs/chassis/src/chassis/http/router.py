"""Routers whose every route declares its permission and goes through the one door."""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query as QueryParameter
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis.caller import Caller as CallerType
from chassis.context import Context as ContextType
from chassis.http.door import Call, enter
from chassis.paging import Paging
from chassis.work import UnitOfWork

JSON = "application/json"
_KEYWORD = inspect.Parameter.KEYWORD_ONLY


class Json:
    """JSON that PostgreSQL made, with the version its ETag names."""

    __slots__ = ("body", "version")

    def __init__(self, body: bytes | str, version: int | None = None) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.version = version


class JsonRequest(Request):
    """A request whose JSON is read by orjson: faster, and strict about NaN and bad UTF-8."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = orjson.loads(await self.body())
        return self._json


class Route(APIRoute):
    """A route behind the door; made by `router` only."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = options.get("openapi_extra") or {}
        self.permission: str = extra.get("x-permission", "")
        self.secrets: tuple[str, ...] = tuple(extra.get("x-secrets", ()))
        self.open_parameters: tuple[str, ...] = tuple(extra.get("x-open-parameters", ()))
        super().__init__(path, endpoint, **options)
        self.parameters = _query_names(self.dependant)
        self._call: Call = self.get_route_handler()

    async def enter(self, request: Request) -> Response:
        """Serve a request that matched this route."""
        return await enter(self, self._call, request)


class Router(APIRouter):
    """`permission` is asked of every route; `example` is the request body the documents show."""

    def door(
        self, method: str, path: str, *, permission: str, status: int = 200,
        example: Any = None, secrets: tuple[str, ...] = (), open_parameters: tuple[str, ...] = (),
        **options: Any,
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:  # fmt: skip
        """Add a route; `secrets` are response fields that a replayed answer leaves out."""
        extra: dict[str, Any] = {"x-permission": permission}
        if secrets:
            extra["x-secrets"] = list(secrets)
        if open_parameters:
            extra["x-open-parameters"] = list(open_parameters)
        if example is not None:
            extra["x-example"] = example

        def add(endpoint: Callable[..., Any]) -> Callable[..., Any]:
            self.add_api_route(
                path, _answering(endpoint, status), methods=[method], status_code=status,
                openapi_extra=extra, **options,
            )  # fmt: skip
            return endpoint

        return add

    get = functools.partialmethod(door, "GET")  # type: ignore[assignment]
    post = functools.partialmethod(door, "POST")  # type: ignore[assignment]
    put = functools.partialmethod(door, "PUT")  # type: ignore[assignment]
    patch = functools.partialmethod(door, "PATCH")  # type: ignore[assignment]
    delete = functools.partialmethod(door, "DELETE", status=204)  # type: ignore[assignment]


def router(prefix: str, tag: str) -> Router:
    """The router of a feature, e.g. `router("/v1/folders", "Folders")`."""
    return Router(prefix=prefix, tags=[tag], route_class=Route)


async def work_of(request: Request) -> UnitOfWork:
    """The unit of work the door opened for this request."""
    work: UnitOfWork = request.scope["work"]
    return work


async def _caller_of(request: Request) -> CallerType:
    caller: CallerType = request.scope["work"].caller
    return caller


async def _context_of(request: Request) -> ContextType:
    context: ContextType = request.scope["context"]
    return context


async def _paging_of(
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=2000)] = None,
    sort: Annotated[str | None, Query(max_length=60)] = None,
    count: bool = False,
) -> Paging:
    return Paging(limit, cursor, sort, count)


Work = Annotated[UnitOfWork, Depends(work_of)]
Caller = Annotated[CallerType, Depends(_caller_of)]
Context = Annotated[ContextType, Depends(_context_of)]
Pages = Annotated[Paging, Depends(_paging_of)]


def _answering(endpoint: Callable[..., Any], status: int) -> Callable[..., Any]:
    """The endpoint with its result already serialised: FastAPI validates no answer again."""
    signature = inspect.signature(endpoint)
    named = next((n for n, p in signature.parameters.items() if p.annotation is Request), None)

    @functools.wraps(endpoint)
    async def call(door_request: Request, **values: Any) -> Response:
        if named:
            values[named] = door_request
        return _located(_render(await endpoint(**values), status), door_request)

    # FastAPI fills what the signature names: besides the endpoint's own, the request.
    own = [p.replace(kind=p.KEYWORD_ONLY) for n, p in signature.parameters.items() if n != named]
    own.append(inspect.Parameter("door_request", _KEYWORD, annotation=Request))
    call.__signature__ = signature.replace(parameters=own)  # type: ignore[attr-defined]
    return call


def _render(result: Any, status: int) -> Response:
    if isinstance(result, Response):
        return result
    if result is None:
        return Response(status_code=204)
    if isinstance(result, bytes):
        return Response(result, status, media_type=JSON)
    if isinstance(result, Json):
        return Response(result.body, status, _etag(result.version), JSON)
    if isinstance(result, BaseModel):
        headers = _etag(getattr(result, "version", None))
        response = Response(result.model_dump_json(), status, headers, JSON)
        if status == 201 and hasattr(result, "id"):
            response.headers["Location"] = str(result.id)
        return response
    return Response(orjson.dumps(result), status, media_type=JSON)


def _etag(version: int | None) -> dict[str, str]:
    return {} if version is None else {"ETag": f'"{version}"'}


def _located(response: Response, request: Request) -> Response:
    """A created resource is found below the collection it was posted to."""
    work: UnitOfWork | None = request.scope.get("work")
    if work is not None and work.status is not None:
        response.status_code = work.status
    if (identity := response.headers.get("location")) and not identity.startswith("/"):
        response.headers["Location"] = f"{request.url.path.rstrip('/')}/{identity}"
    return response


def _query_names(dependant: Dependant) -> frozenset[str]:
    names: set[str] = set()
    for field in get_flat_params(dependant):
        if not isinstance(field.field_info, QueryParameter):
            continue
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names |= {info.alias or name for name, info in model.model_fields.items()}
        else:
            names.add(field.alias)
    return frozenset(names)
