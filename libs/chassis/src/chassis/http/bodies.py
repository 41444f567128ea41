"""Reading JSON bodies: strictly, and never deeper than whatever is done with them can follow."""

import json
from typing import Any, Final

import orjson

# Deeper than any shape of ours. Python's recursion, orjson's writer (254) and protobuf's reader
# (100, three for a level) give up later, each with a fault of its own.
DEEPEST: Final = 32


def read(body: bytes) -> Any:
    """The value; raises json.JSONDecodeError, also where it is nested too deeply."""
    value = orjson.loads(body)
    # Hardly any body has so many brackets that it needs to be looked through.
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(value):
        raise json.JSONDecodeError("nested too deeply", "", 0)
    return value


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _parts(outer)]
    return any(isinstance(one, dict | list) for one in level)


def _parts(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
