"""Reading bodies: JSON strictly, never deeper than whatever is done with it can follow; forms."""

import json
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from chassis.errors import Malformed

# Deeper than any shape of ours. Python's recursion, orjson's writer (254) and protobuf's reader
# (100, three for a level) give up later, each with a fault of its own.
DEEPEST: Final = 32
FORM: Final = "application/x-www-form-urlencoded"
_MOST_INPUTS: Final = 50


class BodyRequest(Request):
    """A request whose JSON is read by orjson: faster, and strict about NaN and bad UTF-8.

    What a page's form sends is read alike, where the door let it in.
    """

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            is_form = self.headers.get("content-type", "").startswith(FORM)
            self._json = (read_form if is_form else read)(await self.body())
        return self._json


def read(body: bytes) -> Any:
    """The value; raises json.JSONDecodeError, also where it is nested too deeply."""
    value = orjson.loads(body)
    # Hardly any body has so many brackets that it needs to be looked through.
    if body.count(b"[") + body.count(b"{") > DEEPEST and _is_deep(value):
        raise json.JSONDecodeError("nested too deeply", "", 0)
    return value


def read_form(body: bytes) -> dict[str, str]:
    """What somebody filled in; what was left empty is not told. Raises Malformed."""
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), max_num_fields=_MOST_INPUTS))
    except ValueError as error:
        raise Malformed() from error


def _is_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _parts(outer)]
    return any(isinstance(one, dict | list) for one in level)


def _parts(value: Any) -> Any:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
