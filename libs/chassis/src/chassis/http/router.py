"""Routers whose every route declares its permission and goes through the one door."""

import functools
import inspect
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated, Any, Final, Protocol, Required, TypedDict, TypeVar, Unpack

import orjson
from fastapi import APIRouter, Depends, Query
from fastapi.datastructures import Default
from fastapi.dependencies.models import Dependant
from fastapi.params import Form as FormField
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from chassis.caller import Caller as CallerType
from chassis.context import Context as ContextType
from chassis.http.binding import Call, bind
from chassis.http.door import Page, enter
from chassis.http.uploads import Upload, described
from chassis.paging import Paging
from chassis.work import UnitOfWork

JSON = "application/json"
_KEYWORD = inspect.Parameter.KEYWORD_ONLY


_OURS = ("permission", "visible_to", "example", "secrets", "open_parameters")
EndpointT = TypeVar("EndpointT", bound=Callable[..., Any])


class Declare(Protocol):
    """The decorator that makes a function a route and leaves it as it is."""

    def __call__(self, endpoint: EndpointT, /) -> EndpointT: ...


class DoorOptions(TypedDict, total=False):
    """What a route says of itself; only `permission` is asked of every one.

    `example` is the request body the documents show and a test sends; `secrets` are response
    fields that a replayed answer leaves out; `open_parameters` are prefixes of query parameters
    whose names are the tenant's own; `visible_to` is the permission that reads what is changed
    here, if it is not the service's `read`; a `hidden` route stands in no document; `files` are
    the media types of an answer that is no JSON; `upload` is the shape of the fields that come
    with a file (multipart/form-data), which the endpoint takes as `Annotated[Upload[…], Sent]`;
    `head` lets a GET be asked by HEAD too, which its endpoint then answers without a body. With
    `page`, which refuses a browser (`wants_page`), it answers pages besides JSON, and takes what
    their forms send. `guessed` says that its path holds a secret: wrong ones are counted.
    """

    permission: Required[str]
    status: int
    visible_to: str
    hidden: bool
    example: Any
    secrets: tuple[str, ...]
    open_parameters: tuple[str, ...]
    response_model: Any
    files: tuple[str, ...]
    upload: type[BaseModel]
    head: bool
    page: Page
    guessed: bool


class Json:
    """JSON that PostgreSQL made, with the version its ETag names.

    `location` is the id of what was created, to be found below the collection.
    """

    __slots__ = ("body", "location", "version")

    def __init__(
        self, body: bytes | str, version: int | None = None, *, location: object = None
    ) -> None:
        self.body = body.encode() if isinstance(body, str) else body
        self.version = version
        self.location = location


class Route(APIRoute):
    """A route behind the door; made by `router` only."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        extra = options.get("openapi_extra") or {}
        self.permission: str = extra.get("x-permission", "")
        service = self.permission.partition(":")[0]
        self.visible_to: str = extra.get("x-visible-to", f"{service}:read")
        self.secrets: tuple[str, ...] = tuple(extra.get("x-secrets", ()))
        self.open_parameters: tuple[str, ...] = tuple(extra.get("x-open-parameters", ()))
        self.upload: type[BaseModel] | None = getattr(endpoint, "upload", None)
        self.has_head = bool(getattr(endpoint, "has_head", False))
        self.page: Page | None = getattr(endpoint, "page", None)
        self.is_guessed = bool(getattr(endpoint, "is_guessed", False))
        super().__init__(path, endpoint, **options)
        self.parameters = _query_names(self.dependant)
        body = self.body_field
        self.takes_json = body is not None and not isinstance(body.field_info, FormField)
        self._call: Call = bind(self, _SOURCES, _MAKERS) or _solved(self.get_route_handler())

    async def enter(self, request: Request) -> Response:
        """Serve a request that matched this route."""
        return await enter(self, self._call, request)


class Router(APIRouter):
    """A feature's routes: `@routes.get("/{invoice_id}", permission="billing:read")`."""

    def door(self, method: str, path: str, **options: Unpack[DoorOptions]) -> Declare:
        """Add a route; its function is one line into a use case or a repository."""
        extra = {f"x-{name.replace('_', '-')}": options[name]  # type: ignore[literal-required]
                 for name in _OURS if name in options}  # fmt: skip
        status = options.get("status", 200)
        shown = _files(options["files"], status) if "files" in options else {}
        if options.get("response_model") is not None:
            # It answers JSON, and the same as a file where that is asked for.
            shown.pop("response_class", None)
        upload = options.get("upload")
        if upload is not None:
            extra["requestBody"] = described(upload)

        def add(endpoint: EndpointT) -> EndpointT:
            answering = _answering(endpoint, status)
            answering.upload = upload  # type: ignore[attr-defined]
            answering.has_head = options.get("head", False)  # type: ignore[attr-defined]
            answering.page = options.get("page")  # type: ignore[attr-defined]
            answering.is_guessed = options.get("guessed", False)  # type: ignore[attr-defined]
            self.add_api_route(
                path, answering, methods=[method], status_code=status,
                openapi_extra=extra, response_model=options.get("response_model", Default(None)),
                include_in_schema=not options.get("hidden"), **shown,
            )  # fmt: skip
            return endpoint

        return add

    def get(self, path: str, **options: Unpack[DoorOptions]) -> Declare:  # type: ignore[override]
        return self.door("GET", path, **options)

    def post(self, path: str, **options: Unpack[DoorOptions]) -> Declare:  # type: ignore[override]
        return self.door("POST", path, **options)

    def put(self, path: str, **options: Unpack[DoorOptions]) -> Declare:  # type: ignore[override]
        return self.door("PUT", path, **options)

    def patch(self, path: str, **options: Unpack[DoorOptions]) -> Declare:  # type: ignore[override]
        return self.door("PATCH", path, **options)

    def delete(self, path: str, **options: Unpack[DoorOptions]) -> Declare:  # type: ignore[override]
        options.setdefault("status", 204)
        return self.door("DELETE", path, **options)


def router(prefix: str, tag: str) -> Router:
    """The router of a feature, e.g. `router("/v1/folders", "Folders")`."""
    return Router(prefix=prefix, tags=[tag], route_class=Route)


def _files(media_types: tuple[str, ...], status: int) -> dict[str, Any]:
    """How FastAPI is told that an answer is a file."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = dict.fromkeys(media_types, binary)
    return {"response_class": Response, "responses": {status: {"content": content}}}


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


async def _upload_of(request: Request) -> Upload[Any]:
    upload: Upload[Any] = request.scope["upload"]
    return upload


def _solved(handle: Call) -> Call:
    """FastAPI's own handling of a route."""

    async def call(request: Request) -> Response:
        async with AsyncExitStack() as stack:
            # FastAPI wants three stacks; nothing of ours outlives the answer, so one will do.
            for name in ("middleware", "inner", "function"):
                request.scope[f"fastapi_{name}_astack"] = stack
            return await handle(request)

    return call


_SOURCES: Final[dict[Any, Callable[[Request], Any]]] = {
    work_of: lambda request: request.scope["work"],
    _caller_of: lambda request: request.scope["work"].caller,
    _context_of: lambda request: request.scope["context"],
    _upload_of: lambda request: request.scope["upload"],
}
_MAKERS: Final[dict[Any, Callable[..., Any]]] = {_paging_of: Paging}

Work = Annotated[UnitOfWork, Depends(work_of)]
Caller = Annotated[CallerType, Depends(_caller_of)]
Context = Annotated[ContextType, Depends(_context_of)]
Sent: Final = Depends(_upload_of)
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
        headers = _etag(result.version)
        if result.location is not None and status in (201, 202):
            headers["Location"] = str(result.location)
        return Response(result.body, status, headers, JSON)
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
    """A created resource is found below the collection it was posted to, or where PUT says."""
    if request.method not in ("POST", "PUT"):
        return response
    work: UnitOfWork | None = request.scope.get("work")
    if work is not None and work.status is not None:
        response.status_code = work.status
    if (identity := response.headers.get("location")) and not identity.startswith("/"):
        path: bytes = request.scope["raw_path"]
        response.headers["Location"] = f"{path.decode().rstrip('/')}/{identity}"
    return response


def _query_names(dependant: Dependant) -> frozenset[str]:
    names: set[str] = set()
    for field in dependant.query_params:
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            names |= {info.alias or name for name, info in model.model_fields.items()}
        else:
            names.add(field.alias)
    return frozenset(names).union(*(_query_names(below) for below in dependant.dependencies))
