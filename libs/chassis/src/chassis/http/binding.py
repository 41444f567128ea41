"""The arguments of an endpoint, taken from the request by a plan made once.

FastAPI says which parameter comes from where and validates each. Its solver also serves headers,
forms, generators and overrides, and costs as much as a whole point read: the few routes that need
such things go through it, all others through here.
"""

import json
import types
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias, Union, get_args, get_origin

from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

Call: TypeAlias = Callable[[Request], Awaitable[Response]]
Source: TypeAlias = Callable[[Request], Any]
# FastAPI's own class is not for others to name.
_Field: TypeAlias = Any
_Errors: TypeAlias = list[Any]
_Given: TypeAlias = dict[str, Any]

_MANY: Final = (list, set, frozenset, tuple)
_OTHER_KINDS: Final = (
    "header_params", "cookie_params", "websocket_param_name", "http_connection_param_name",
    "response_param_name", "background_tasks_param_name", "security_scopes_param_name",
)  # fmt: skip


def bind(
    route: APIRoute, sources: Mapping[Any, Source], makers: Mapping[Any, Callable[..., Any]]
) -> Call | None:
    """The route's endpoint as a function of the request, or None where only FastAPI can do it.

    `sources` are the dependencies that need nothing but the request; those of `makers` are made
    from query parameters of their own.
    """
    dependant = route.dependant
    known = sources.keys() | makers.keys()
    if any(below.call not in known for below in dependant.dependencies):
        return None
    if any(_is_unusual(one) for one in (dependant, *dependant.dependencies)):
        return None
    if dependant.body_params and (route._embed_body_fields or _is_form(route)):
        return None
    return _Binding(dependant, sources, makers).answer


class _Binding:
    """The plan of one endpoint."""

    def __init__(
        self, dependant: Dependant, sources: Mapping[Any, Source],
        makers: Mapping[Any, Callable[..., Any]],
    ) -> None:  # fmt: skip
        self._call: Any = dependant.call
        self._request_name = dependant.request_param_name
        self._path = [(field, field.alias, field.name) for field in dependant.path_params]
        self._query = _query(dependant)
        self._body: _Field = dependant.body_params[0] if dependant.body_params else None
        self._given = [
            (str(below.name), sources[below.call]) for below in dependant.dependencies
            if below.call in sources
        ]  # fmt: skip
        self._made = [
            (str(below.name), makers[below.call], _query(below)) for below in dependant.dependencies
            if below.call in makers
        ]  # fmt: skip

    async def answer(self, request: Request) -> Response:
        """Call the endpoint; raises RequestValidationError."""
        values: _Given = {name: source(request) for name, source in self._given}
        errors: _Errors = []
        for name, make, query in self._made:
            own: _Given = {}
            query.take(request, own, errors)
            if not errors:
                values[name] = make(**own)
        for field, alias, name in self._path:
            values[name] = _valid(field, request.path_params[alias], ("path", alias), errors)
        self._query.take(request, values, errors)
        body = await self._take_body(request, values, errors) if self._body else None
        if errors:
            raise RequestValidationError(errors, body=body)
        if self._request_name:
            values[self._request_name] = request
        response: Response = await self._call(**values)
        return response

    async def _take_body(self, request: Request, values: _Given, errors: _Errors) -> Any:
        field = self._body
        if not await request.body():
            values[field.name] = _default(field, ("body",), errors)
            return None
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            wrong = {"type": "json_invalid", "loc": ("body", error.pos), "msg": "JSON decode error"}
            raise RequestValidationError([wrong], body=error.doc) from error
        values[field.name] = _valid(field, body, ("body",), errors)
        return body


class _Scalars:
    """Query parameters that are parameters of the endpoint."""

    def __init__(self, fields: list[_Field]) -> None:
        self._fields = [(field, field.alias, field.name, _is_many(field)) for field in fields]

    def take(self, request: Request, values: _Given, errors: _Errors) -> None:
        """Add each, or its default."""
        query = request.query_params if request.scope["query_string"] else {}
        for field, alias, name, is_many in self._fields:
            if alias not in query:
                values[name] = _default(field, ("query", alias), errors)
                continue
            given = request.query_params.getlist(alias) if is_many else query[alias]
            values[name] = _valid(field, given, ("query", alias), errors)


class _Model:
    """Query parameters that are the fields of one model."""

    def __init__(self, field: _Field) -> None:
        self._field = field
        model: type[BaseModel] = field.field_info.annotation
        kinds = {info.alias or name: info.annotation for name, info in model.model_fields.items()}
        self._single = {name for name, kind in kinds.items() if not takes_many(kind)}
        self._many = kinds.keys() - self._single

    def take(self, request: Request, values: _Given, errors: _Errors) -> None:
        """Add the model."""
        given: _Given = {}
        if request.scope["query_string"]:
            query = request.query_params
            given = {name: self._value(name, query.getlist(name)) for name in query}
        values[self._field.name] = _valid(self._field, given, ("query",), errors)

    def _value(self, name: str, found: list[str]) -> str | list[str]:
        is_many = name in self._many or (len(found) > 1 and name not in self._single)
        return found if is_many else found[-1]


def _query(dependant: Dependant) -> _Scalars | _Model:
    fields: list[_Field] = dependant.query_params
    if len(fields) == 1 and _is_model(fields[0]):
        return _Model(fields[0])
    return _Scalars(fields)


def _valid(field: _Field, value: Any, place: tuple[str, ...], errors: _Errors) -> Any:
    found, wrong = field.validate(value, {}, loc=place)
    errors.extend(wrong)
    return found


def _default(field: _Field, place: tuple[str, ...], errors: _Errors) -> Any:
    if field.field_info.is_required():
        missing = {"type": "missing", "loc": place, "msg": "Field required", "input": None}
        errors.append(missing)
        return None
    return field.get_default()


def _is_unusual(dependant: Dependant) -> bool:
    models = [field for field in dependant.query_params if _is_model(field)]
    too_many = len(dependant.query_params) > 1 and bool(models)
    return too_many or any(getattr(dependant, kind) for kind in _OTHER_KINDS)


def _is_form(route: APIRoute) -> bool:
    return route.body_field is not None and isinstance(route.body_field.field_info, Form)


def _is_model(field: _Field) -> bool:
    kind = field.field_info.annotation
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _is_many(field: _Field) -> bool:
    return takes_many(field.field_info.annotation)


def takes_many(annotation: Any) -> bool:
    """Whether values of this type are lists."""
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        return any(takes_many(one) for one in get_args(annotation))
    return (origin or annotation) in _MANY
