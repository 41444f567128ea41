"""One OpenAPI document of many."""

import json
import re
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
_NAMED: Final = ("schemas", "examples", "responses")
_SHARED: Final = (*_NAMED, "securitySchemes")
_REFERENCE: Final = re.compile(r'"#/components/(\w+)/([^"]+)"')


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
    own = document.get("components", {})
    names = {
        (kind, name): _unique(f"{service.capitalize()}{name}", {*own[kind], *taken[kind]})
        for kind, name in _clashing(own, taken)
    }  # fmt: skip
    if not names:
        return document

    def apart(found: re.Match[str]) -> str:
        kind, name = found.groups()
        return f'"#/components/{kind}/{names.get((kind, name), name)}"'

    renamed: Document = json.loads(_REFERENCE.sub(apart, json.dumps(document)))
    for (kind, name), unique in names.items():
        renamed["components"][kind][unique] = renamed["components"][kind].pop(name)
    return renamed


def _clashing(own: Document, taken: Document) -> set[tuple[str, str]]:
    """Names that stand for something else already; what reads the same and refers to one of them
    is something else, too, like a page of records.
    """
    both = {
        (kind, name): one
        for kind in _NAMED for name, one in own.get(kind, {}).items() if name in taken[kind]
    }  # fmt: skip
    found = {key for key, one in both.items() if taken[key[0]][key[1]] != one}
    inside = {key: set(_REFERENCE.findall(json.dumps(one))) for key, one in both.items()}
    while more := {key for key in both.keys() - found if inside[key] & found}:
        found |= more
    return found


def _unique(name: str, taken: set[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _tags(document: Document) -> set[str]:
    return {
        tag
        for operations in document["paths"].values()
        for operation in operations.values()
        for tag in operation.get("tags", ())
    }
