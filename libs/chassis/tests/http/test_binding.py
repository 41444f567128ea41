"""The chassis takes arguments from a request as FastAPI would: the same, or the same errors."""

from contextlib import AsyncExitStack
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

import orjson
import pytest
from fastapi import Body, Header, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field

from chassis.http import router as routing
from chassis.http.binding import bind
from chassis.http.bodies import BodyRequest
from chassis.http.router import Caller, Pages, Route, Work, router
from chassis.paging import Paging

ID = "01890a5d-ac96-774b-bcce-b302099a8057"
routes = router("/v1/things", "Things")


class Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    weight: float = 1.5


class Filters(BaseModel):
    model_config = ConfigDict(extra="allow")

    kind: list[str] | None = None
    since: int | None = None
    is_new: bool = Field(default=False, alias="new")


def _said(**values: Any) -> bytes:
    return orjson.dumps({name: str(value) for name, value in values.items()})


@routes.get("/{thing_id}/{part}", permission="things:read")
async def get_part(work: Work, caller: Caller, thing_id: UUID, part: int) -> bytes:
    return _said(work=work, caller=caller, thing_id=thing_id, part=part)


@routes.get("", permission="things:read")
async def list_things(work: Work, pages: Pages, query: Annotated[Filters, Query()]) -> bytes:
    return _said(work=work, pages=pages, query=sorted(query.model_dump().items()))


@routes.get("/search", permission="things:read")
async def search(
    pages: Pages, q: str, colour: Annotated[list[str] | None, Query(max_length=2)] = None,
    most: Annotated[int, Query(ge=1)] = 10,
) -> bytes:  # fmt: skip
    return _said(pages=pages, q=q, colour=colour, most=most)


@routes.post("", permission="things:write")
async def create(work: Work, body: Thing) -> bytes:
    return _said(work=work, body=body)


@routes.put("/{thing_id}", permission="things:write")
async def replace(
    thing_id: UUID, body: Annotated[list[Thing] | None, Body(max_length=2)] = None
) -> bytes:
    return _said(thing_id=thing_id, body=body)


@routes.get("/by-header", permission="things:read")
async def by_header(x_colour: Annotated[str, Header()]) -> bytes:
    return _said(colour=x_colour)


def route_of(name: str) -> Route:
    return next(r for r in routes.routes if isinstance(r, Route) and r.name == name)


class _Work:
    caller = "somebody"
    status = None

    def __str__(self) -> str:
        return "work"


def request(query: str = "", body: bytes = b"", **path: Any) -> BodyRequest:
    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http", "method": "GET", "path": "/v1/things", "query_string": query.encode(),
        "headers": [(b"content-type", b"application/json")], "path_params": path, "work": _Work(),
    }  # fmt: skip
    return BodyRequest(scope, receive)


async def outcome(call: Any, asked: BodyRequest) -> Any:
    async with AsyncExitStack() as stack:
        for name in ("middleware", "inner", "function"):
            asked.scope[f"fastapi_{name}_astack"] = stack
        try:
            return (await call(asked)).body
        except RequestValidationError as error:
            return [(e["type"], e["loc"], e["msg"]) for e in error.errors()]


QUERIES = (
    "", "limit=7&cursor=x&count=true", "limit=0", "limit=many&count=perhaps",
    urlencode({"kind": "a", "since": "12", "new": "1"}), "kind=a&kind=b&since=1&since=2",
    "since=x&new=maybe", "other=1&other=2&another=3", "q=%D8%B9&colour=red&colour=blue",
    "q=a&q=b", "q=&most=0", "q=x&colour=1&colour=2&colour=3", "most=5",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", ["list_things", "search"])
async def test_queries_are_read_alike(name: str, query: str) -> None:
    route = route_of(name)
    call = bind(route, routing._SOURCES, routing._MAKERS)
    assert call is not None
    ours = await outcome(call, request(query))
    assert ours == await outcome(route.get_route_handler(), request(query))


@pytest.mark.parametrize("path", [(ID, "1"), (ID, "x"), ("nobody", "x")])
async def test_paths_are_read_alike(path: tuple[str, str]) -> None:
    route = route_of("get_part")
    call = bind(route, routing._SOURCES, routing._MAKERS)
    named: dict[str, Any] = {"thing_id": path[0], "part": path[1]}
    ours = await outcome(call, request(**named))
    assert ours == await outcome(route.get_route_handler(), request(**named))


BODIES = (
    b"", b"null", b"{}", b"[]", b'{"name":"x"}', b'{"name":"x","weight":"heavy","more":1}',
    b'[{"name":"x"}]', b'[{"name":"x"},{"name":1},{}]', b"{", b'"\xff"', b"NaN",
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("name", ["create", "replace"])
async def test_bodies_are_read_alike(name: str, body: bytes) -> None:
    route = route_of(name)
    call = bind(route, routing._SOURCES, routing._MAKERS)
    ours = await outcome(call, request(body=body, thing_id=ID))
    assert ours == await outcome(route.get_route_handler(), request(body=body, thing_id=ID))


def test_what_is_unusual_is_left_to_fastapi() -> None:
    assert bind(route_of("by_header"), routing._SOURCES, routing._MAKERS) is None


def test_defaults_of_lists_are_those_of_the_api() -> None:
    assert Paging() == Paging(limit=50, cursor=None, sort=None, count=False)
