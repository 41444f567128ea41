"""One OpenAPI document of many."""

import json
from collections.abc import Mapping
from typing import Any, Final

Document = dict[str, Any]

_INFO: Final = {
    "title": "Diwan",
    "version": "1",
    "description": "Clients, their communication and what is automated around them. Sign up with "
    "`POST /v1/tenants`, sign in with `POST /v1/auth/token`.",
    "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
}
# Of each service its own, told apart where two share a name.
_NAMED: Final = ("schemas", "examples")
_SHARED: Final = (*_NAMED, "responses", "securitySchemes")


def merge(documents: Mapping[str, Document], url: str, missing: list[str]) -> Document:
    """All paths in one document; schemas that share a name but differ get their service's name.

    `missing` are services that never answered: the reader must know that their part is not there.
    """
    merged: Document = {
        "openapi": "3.1.0", "info": _INFO, "servers": [{"url": url}], "tags": [], "paths": {},
        "components": {kind: {} for kind in _SHARED},
    }  # fmt: skip
    if missing:
        merged["x-missing"] = sorted(missing)
    for service, document in documents.items():
        _add(merged, _renamed(document, service, merged["components"]))
    _name_apart(merged)
    merged["paths"] = dict(sorted(merged["paths"].items()))
    merged["tags"] = [{"name": name} for name in sorted(_tags(merged))]
    return merged


def _add(merged: Document, document: Document) -> None:
    for path, operations in document["paths"].items():
        merged["paths"].setdefault(path, {}).update(operations)
    parts = document.get("components", {})
    for kind in _SHARED:
        merged["components"][kind].update(parts.get(kind, {}))


def _name_apart(merged: Document) -> None:
    """Operation ids are unique in the whole document, or generated clients lose some."""
    taken: set[str] = set()
    for path, operations in merged["paths"].items():
        for operation in operations.values():
            name = operation.get("operationId", "")
            if name in taken:
                resource = path.removeprefix("/v1/").partition("/")[0].replace("-", "_")
                operation["operationId"] = name = f"{name}_of_{resource}"
            taken.add(name)


def _renamed(document: Document, service: str, taken: Document) -> Document:
    clashes = {
        kind: [name for name, one in own.items() if taken[kind].get(name, one) != one]
        for kind in _NAMED if (own := document.get("components", {}).get(kind, {}))
    }  # fmt: skip
    if not any(clashes.values()):
        return document
    text = json.dumps(document)
    for kind, name in _each(clashes):
        unique = f"{service.capitalize()}{name}"
        text = text.replace(f'"#/components/{kind}/{name}"', f'"#/components/{kind}/{unique}"')
    renamed: Document = json.loads(text)
    for kind, name in _each(clashes):
        parts = renamed["components"][kind]
        parts[f"{service.capitalize()}{name}"] = parts.pop(name)
    return renamed


def _each(clashes: Mapping[str, list[str]]) -> list[tuple[str, str]]:
    return [(kind, name) for kind, names in clashes.items() for name in names]


def _tags(document: Document) -> set[str]:
    return {
        tag
        for operations in document["paths"].values()
        for operation in operations.values()
        for tag in operation.get("tags", ())
    }
