"""Pages of the documents as what they show: requests, and what is answered to each."""

import json
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

_BLOCK = re.compile(r"^```http\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"<([a-z_]+)>")
_STATUS = re.compile(r"HTTP/1\.1 (\d{3})")
_ANYTHING = "…"


@dataclass
class Exchange:
    """A request as it stands on the page, and what the page says is answered."""

    method: str
    target: str
    headers: dict[str, str]
    body: Any
    status: int = 0
    shown_headers: dict[str, str] = field(default_factory=dict)
    shown: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


def exchanges(page: str) -> list[Exchange]:
    """What a page shows, in its order; raises ValueError where one has no answer."""
    found: list[Exchange] = []
    for block in _BLOCK.findall(page):
        first, headers, body = _parts(block)
        if answer := _STATUS.fullmatch(first):
            if not found or found[-1].status:
                raise ValueError(f"an answer to nothing: {block}")
            one = found[-1]
            one.status, one.shown_headers, one.shown = int(answer[1]), headers, body
            continue
        method, target = first.split(" ", 1)
        found.append(Exchange(method, target, headers, body))
    if missing := [str(one) for one in found if not one.status]:
        raise ValueError(f"without an answer: {missing}")
    return found


def _parts(block: str) -> tuple[str, dict[str, str], Any]:
    head, _, body = block.partition("\n\n")
    first, *lines = head.strip().splitlines()
    headers = dict(line.split(": ", 1) for line in lines)
    return first, headers, json.loads(body) if body.strip() else None


class Kept:
    """The values that a page names: kept as an answer shows them first, the same from then on."""

    def __init__(self, **known: str) -> None:
        self.known = known

    def target(self, text: str) -> str:
        """A path or an address with the values in it; what a query names is encoded."""
        path, mark, query = text.partition("?")
        return self.filled(path) + mark + _NAME.sub(lambda n: quote(self.known[n[1]]), query)

    def filled(self, value: Any) -> Any:
        """A part of a request with the values in it."""
        if isinstance(value, str):
            return _NAME.sub(lambda name: self.known[name[1]], value)
        if isinstance(value, list):
            return [self.filled(one) for one in value]
        if isinstance(value, dict):
            return {name: self.filled(one) for name, one in value.items()}
        return value

    def faults(self, shown: Any, real: Any, at: str = "$") -> list[str]:
        """How an answer differs from what is shown of it; new names are kept."""
        if isinstance(shown, dict):
            if not isinstance(real, dict):
                return [f"{at}: {real!r} is no object"]
            return [
                fault for name, one in shown.items()
                for fault in self.faults(one, real.get(name, KeyError), f"{at}.{name}")
            ]  # fmt: skip
        if isinstance(shown, list):
            if not isinstance(real, list) or len(real) != len(shown):
                return [f"{at}: {real!r} instead of {len(shown)} items"]
            return [
                fault for place, (one, its) in enumerate(zip(shown, real, strict=True))
                for fault in self.faults(one, its, f"{at}.{place}")
            ]  # fmt: skip
        return [] if self._is(shown, real) else [f"{at}: {real!r} instead of {shown!r}"]

    def _is(self, shown: Any, real: Any) -> bool:
        if not isinstance(shown, str):
            return bool(shown == real and type(shown) is type(real))
        if shown == _ANYTHING:
            return real is not None and real is not KeyError
        if not isinstance(real, str):
            return False
        pattern = "".join(
            f"(?P<{name}>.+)" if name else re.escape(text)
            for text, name in _pieces(shown, self.known)
        )  # fmt: skip
        found = re.fullmatch(pattern, real)
        self.known |= found.groupdict() if found else {}
        return found is not None


def _pieces(shown: str, known: dict[str, str]) -> list[tuple[str, str]]:
    """Its texts, and between them the names that stand for nothing yet."""
    pieces, end = [], 0
    for name in _NAME.finditer(shown):
        pieces.append((shown[end : name.start()], ""))
        is_known = name[1] in known
        pieces.append((known[name[1]], "") if is_known else ("", name[1]))
        end = name.end()
    return [*pieces, (shown[end:], "")]
