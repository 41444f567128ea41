"""The OpenAPI 3.1 document of a service: what FastAPI knows, plus what the door adds."""

from typing import Any

from fastapi import FastAPI

from chassis.http.door import PUBLIC
from chassis.http.examples import add_examples

_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
        "detail": {"type": "string"}, "instance": {"type": "string"}, "code": {"type": "string"},
        "trace_id": {"type": ["string", "null"]},
        "errors": {"type": "array", "items": {"type": "object", "properties": {
            "field": {"type": "string"}, "code": {"type": "string"},
            "message": {"type": "string"}}}},
    },
}  # fmt: skip
# Refusals are RFC 9457 problems in the language of Accept-Language.
_REFUSALS = {
    "400": "The request cannot be read.",
    "401": "No token, or one that does not hold.",
    "403": "A permission is missing.",
    "404": "Nothing is here, or nothing that the caller may see.",
    "409": "Not as things stand.",
    "412": "It was changed since it was read.",
    "413": "More than is taken.",
    "415": "A media type that is not taken.",
    "422": "A field or a parameter is wrong; `errors` names it.",
    "429": "Too much in too short a time; `Retry-After` tells when to ask again.",
    "5XX": "The fault is not the caller's.",
}
_PROBLEM_CONTENT = {
    "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
}
_METHODS = ("get", "post", "put", "patch", "delete")


def describe(app: FastAPI) -> dict[str, Any]:
    """The document; operation ids read verb_noun, as the use cases are named."""
    document = app.openapi()
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["responses"] = {
        f"Refusal{status}": {"description": why, "content": _PROBLEM_CONTENT}
        for status, why in _REFUSALS.items()
    }
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        for method in set(operations) & set(_METHODS):
            _complete(path, method, operations[method])
    add_examples(document)
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"].split("_v1_", 1)[0].removesuffix(f"_{method}")
    operation["operationId"] = name
    if method in ("post", "put") and (made := operation["responses"].get("201")):
        again = {**made, "description": "The same again: it was there already."}
        operation["responses"].setdefault("200", again)
    for status in _refusals(path, method, operation):
        operation["responses"][status] = {"$ref": f"#/components/responses/Refusal{status}"}
    if operation.get("x-permission") != PUBLIC:
        operation["security"] = [{"bearer": []}]
    example = operation.pop("x-example", None)
    if example is not None and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example
    headers = {"post": "Idempotency-Key"} | dict.fromkeys(("patch", "put", "delete"), "If-Match")
    if method in headers and path != "/v1/auth/token":
        operation.setdefault("parameters", []).append(_header(headers[method]))


def _refusals(path: str, method: str, operation: dict[str, Any]) -> list[str]:
    """The statuses with which it may be refused, by what it is."""
    takes_body = "requestBody" in operation
    left_out = {
        "401": operation.get("x-permission") == PUBLIC,
        "403": operation.get("x-permission") == PUBLIC,
        "404": method == "get" and "{" not in path and not _is_of_one(operation),
        "409": method == "get" and "{" not in path,
        "412": method not in ("put", "patch", "delete"),
        "413": not takes_body,
        "415": not takes_body,
    }
    return [status for status in _REFUSALS if not left_out.get(status)]


def _is_of_one(operation: dict[str, Any]) -> bool:
    """Whether it has to be said of what it tells: that may not be there, as an item may not."""
    return any(
        one["required"] and one["in"] == "query" and one["schema"].get("format") == "uuid"
        for one in operation.get("parameters", ())
    )


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
