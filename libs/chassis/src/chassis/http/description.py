"""The OpenAPI 3.1 document of a service: what FastAPI knows, plus what the door adds."""

from typing import Any

from fastapi import FastAPI

from chassis.http.door import PUBLIC

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
_REFUSAL = {
    "description": "A refusal (RFC 9457), in the language of Accept-Language.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}
_METHODS = ("get", "post", "put", "patch", "delete")


def describe(app: FastAPI) -> dict[str, Any]:
    """The document; operation ids read verb_noun, as the use cases are named."""
    document = app.openapi()
    parts = document.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = _PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        parts["schemas"].pop(unused, None)
    parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
    for path, operations in document["paths"].items():
        for method in set(operations) & set(_METHODS):
            _complete(path, method, operations[method])
    return document


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    name = operation["operationId"].split("_v1_", 1)[0].removesuffix(f"_{method}")
    operation["operationId"] = name
    operation["responses"].pop("422", None)
    operation["responses"]["default"] = _REFUSAL
    if operation.get("x-permission") != PUBLIC:
        operation["security"] = [{"bearer": []}]
    example = operation.pop("x-example", None)
    if example is not None and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example
    headers = {"post": "Idempotency-Key", "patch": "If-Match", "delete": "If-Match"}
    if method in headers and path != "/v1/auth/token":
        operation.setdefault("parameters", []).append(_header(headers[method]))


def _header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}
