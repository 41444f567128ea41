"""Failures as RFC 9457 problem documents, in the caller's language."""

from http import HTTPStatus
from typing import Any

import orjson
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from chassis import telemetry
from chassis.caller import Caller
from chassis.errors import Failure, FieldError, Invalid, Malformed, NotFound
from chassis.i18n import negotiate, translate, validation_message

MEDIA_TYPE = "application/problem+json"


class _Fault(Failure):
    """A fault of ours: logged, never explained to the caller."""

    status, grpc_status, title = 500, "INTERNAL", "Something went wrong on our side."
    code = "internal"


class _MalformedJson(Malformed):
    code = "malformed_json"
    detail = "The body is not valid JSON."


_DETAILS = {
    405: "This address does not take this method.",
    415: "This address takes JSON only.",
}


class _OfStatus(Failure):
    """A status the framework itself answers with, e.g. 405."""

    grpc_status = "UNKNOWN"

    title = "This request cannot be served."

    def __init__(self, status: int) -> None:
        phrase = HTTPStatus(status).phrase
        self.status = status
        detail = _DETAILS.get(status, self.title)
        super().__init__(detail, code=phrase.lower().replace(" ", "_").replace("-", "_"))


def fault() -> Failure:
    """The failure shown for an error nobody expected."""
    return _Fault()


def of_status(status: int) -> Failure:
    """The failure for a bare HTTP status."""
    known: dict[int, type[Failure]] = {400: Malformed, 404: NotFound}
    return known[status]() if status in known else _OfStatus(status)


def from_framework(error: HTTPException | RequestValidationError, locale: str) -> Failure:
    """What FastAPI and Starlette refuse, as one of our failures."""
    if isinstance(error, HTTPException):
        return of_status(error.status_code)
    found = error.errors()
    if any(e["type"] == "json_invalid" for e in found):
        return _MalformedJson()
    if any(e["loc"] and e["loc"][0] == "path" for e in found):
        return NotFound()
    return Invalid(errors=tuple(_field_error(dict(e), locale) for e in found))


def locale_of(request: Request, caller: Caller | None = None) -> str:
    """Accept-Language decides; else the caller's own language; else English."""
    fallback = caller.locale if caller and caller.locale else "en"
    return negotiate(request.headers.get("accept-language"), fallback)


def of_shape(error: ValidationError, locale: str) -> Failure:
    """What a shape refuses that is checked by itself."""
    return Invalid(errors=tuple(_field_error(dict(e), locale) for e in error.errors()))


def of_part(failure: Failure, part: str, locale: str) -> dict[str, Any]:
    """The problem of one part of a request whose other parts stand; its fields are below it."""
    told = document(failure, locale) | {"status": failure.status}
    for error in told["errors"]:
        error["field"] = part if error["field"] == "body" else f"{part}.{error['field']}"
    return told


def problem(failure: Failure, path: str, locale: str) -> Response:
    """The problem document of a failure."""
    body = document(failure, locale) | {"status": failure.status, "instance": path}
    headers = {"Content-Language": locale}
    if retry_after := failure.extra.get("retry_after"):
        headers["Retry-After"] = str(retry_after)
    if failure.status == 401:
        headers["WWW-Authenticate"] = getattr(failure, "challenge", "Bearer")
    if failure.status == 503:
        headers.setdefault("Retry-After", "1")
    return Response(orjson.dumps(body), failure.status, headers, MEDIA_TYPE)


def document(failure: Failure, locale: str) -> dict[str, Any]:
    """What HTTP and gRPC both say of a failure."""
    message = failure.message(locale)
    errors = [_localised(e, locale) for e in failure.errors]
    if failure.field and not errors:
        errors = [{"field": failure.field, "code": failure.code, "message": message}]
    return {
        **failure.extra, "type": f"urn:diwan:problem:{failure.code}",
        "title": translate(failure.title or failure.detail, locale), "detail": message,
        "code": failure.code, "trace_id": telemetry.trace_id(), "errors": errors,
    }  # fmt: skip


def _localised(error: FieldError, locale: str) -> dict[str, str]:
    return {
        "field": error.field, "code": error.code, "message": translate(error.message, locale),
    }  # fmt: skip


def _field_error(error: dict[str, Any], locale: str) -> FieldError:
    code, message = validation_message(error, locale)
    where = [str(part) for part in error["loc"]]
    if where[:1] in (["body"], ["query"], ["header"]):
        where = where[1:]
    return FieldError(".".join(where) or "body", code, message)
