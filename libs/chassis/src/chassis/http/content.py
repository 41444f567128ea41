"""Files in answers: in parts, not again what the caller has, and never run by a browser."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from chassis.errors import Failure

Opened = Callable[[int, int], Awaitable[AsyncIterator[bytes]]]
_RANGE: Final = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_QUALITY: Final = re.compile(r"[01](\.\d{0,3})?")
# RFC 8187, 3.2.1: what stands in an extended parameter as it is.
_ATTRIBUTE: Final = "!#$&+-.^_`|~"
# No script, no form, no origin: whatever a file says, a browser does nothing of it.
_GUARDS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-site",
}


class RangeNotSatisfiable(Failure):
    """416: no byte of the file is in the range."""

    status, grpc_status = 416, "OUT_OF_RANGE"
    title = "The file has no such part."
    code = "range_not_satisfiable"


@dataclass(frozen=True, slots=True)
class Content:
    """A file to be sent; `tag` changes with its bytes, `opened` gives those of a part."""

    opened: Opened
    size: int
    media_type: str
    tag: str
    name: str
    inline: bool = False
    cache: str = "private, no-cache"
    has_parts: bool = True


async def send_content(request: Request, content: Content) -> Response:
    """The whole of it, the part that Range asks for, or 304 (RFC 9110, 13 and 14)."""
    headers = _headers(content)
    tag = headers["ETag"]
    if _is_known(request, tag):
        return Response(status_code=304, headers=headers)
    asked = _asked(request, tag) if content.has_parts else None
    span = part_of(asked, content.size) if asked else None
    start, end = span or (0, content.size)
    headers["Content-Length"] = str(end - start)
    if span:
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{content.size}"
    status = 206 if span else 200
    if request.method == "HEAD":
        return Response(None, status, headers)
    pieces = await content.opened(start, end)
    return StreamingResponse(pieces, status, headers)


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """First byte and the one after the last; None where the whole is to be sent: for what is no
    range of bytes, or several. Raises RangeNotSatisfiable."""
    found = _RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or not any(found.groups()):
        return None
    first, last = found.groups()
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeNotSatisfiable()
    return start, end


def disposition(name: str, *, inline: bool = False) -> str:
    """A Content-Disposition that keeps a name of any script (RFC 6266) and injects nothing."""
    kind = "inline" if inline else "attachment"
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"


def wants_page(request: Request) -> bool:
    """Whether a browser asks: it names text/html, and JSON no more than that (RFC 9110, 12.5.1).

    Programs mostly take anything, and are given JSON.
    """
    weights = {}
    for part in request.headers.get("accept", "").split(","):
        kind, *parameters = (one.strip().lower() for one in part.split(";"))
        weights[kind] = next((_weight(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    page = weights.get("text/html", 0.0)
    return page > 0 and page >= weights.get("application/json", 0.0)


def _weight(text: str) -> float:
    return float(text) if _QUALITY.fullmatch(text) else 0.0


def _headers(content: Content) -> dict[str, str]:
    return {
        **_GUARDS, "Content-Type": content.media_type, "ETag": f'"{content.tag}"',
        "Cache-Control": content.cache,
        "Accept-Ranges": "bytes" if content.has_parts else "none",
        "Content-Disposition": disposition(content.name, inline=content.inline),
    }  # fmt: skip


def _is_known(request: Request, tag: str) -> bool:
    given = request.headers.get("if-none-match", "")
    tags = {one.strip().removeprefix("W/") for one in given.split(",")}
    return tag in tags or "*" in tags


def _asked(request: Request, tag: str) -> str | None:
    """The range, unless the file is another one than the caller has a part of."""
    if request.headers.get("if-range", tag) != tag:
        return None
    return request.headers.get("range")
