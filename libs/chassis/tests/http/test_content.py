"""Files in answers: parts, what is known already, names of any script."""

import re
from collections.abc import AsyncIterator
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request

from chassis.http.content import (
    Content,
    RangeNotSatisfiable,
    disposition,
    part_of,
    send_content,
    wants_page,
)

BYTES = bytes(range(100))


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ("bytes=0-9", (0, 10)), ("bytes=90-", (90, 100)), ("bytes=-5", (95, 100)),
        ("bytes=-500", (0, 100)), ("bytes=99-500", (99, 100)), ("bytes=0-0", (0, 1)),
        ("bytes=5-4", None), ("bytes=0-1,3-4", None), ("items=0-1", None), ("bytes=-", None),
        ("bytes=x-1", None), ("", None),
    ],
)  # fmt: skip
def test_a_range_names_one_part(asked: str, part: tuple[int, int] | None) -> None:
    """CL-62: RFC 9110, 14.1.2"""
    assert part_of(asked, 100) == part


@pytest.mark.parametrize(("asked", "size"), [("bytes=100-", 100), ("bytes=-0", 9), ("bytes=0-", 0)])
def test_a_part_that_is_not_there_is_refused(asked: str, size: int) -> None:
    with pytest.raises(RangeNotSatisfiable):
        part_of(asked, size)


@given(st.integers(0, 120), st.integers(0, 120), st.integers(1, 100))
def test_a_part_lies_within_the_file(first: int, last: int, size: int) -> None:
    try:
        found = part_of(f"bytes={first}-{last}", size)
    except RangeNotSatisfiable:
        assert first >= size
        return
    assert found is None or bytes(BYTES[:size][slice(*found)]) == BYTES[:size][first : last + 1]


@given(st.text(max_size=40).filter(lambda name: max(name, default="a") < "\ud800"))
def test_a_name_is_kept_and_injects_nothing(name: str) -> None:
    """CL-62: Arabic names survive; quotes and line ends of a name never leave it."""
    header = disposition(name)
    assert re.fullmatch(r"attachment; filename=\"[A-Za-z0-9._ -]*\"; filename\*=UTF-8''\S*", header)
    assert unquote(header.split("''", 1)[1]) == name


async def ask(method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of an answer with the hundred bytes."""

    async def opened(start: int, end: int) -> AsyncIterator[bytes]:
        async def pieces() -> AsyncIterator[bytes]:
            yield BYTES[start:end]

        return pieces()

    sent = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    request = Request({"type": "http", "method": method, "headers": sent})
    answer = await send_content(request, Content(opened, 100, "image/png", "v1", "صورة.png"))
    iterator = getattr(answer, "body_iterator", None)
    body = b"".join([part async for part in iterator]) if iterator else bytes(answer.body)
    return answer.status_code, dict(answer.headers), body


async def test_the_whole_a_part_or_nothing_new() -> None:
    """CL-62: Range, If-Range, If-None-Match and HEAD."""
    status, headers, body = await ask()
    assert (status, body, headers["content-length"]) == (200, BYTES, "100")
    assert headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in headers["content-security-policy"]
    status, headers, body = await ask(range="bytes=10-19")
    assert (status, body) == (206, BYTES[10:20])
    assert headers["content-range"] == "bytes 10-19/100"
    assert (await ask(range="bytes=10-19", if_range='"v1"'))[0] == 206
    assert (await ask(range="bytes=10-19", if_range='"v0"'))[::2] == (200, BYTES)
    for known in ('"v1"', 'W/"v1"', '"v0", "v1"', "*"):
        assert (await ask(if_none_match=known))[::2] == (304, b"")
    status, headers, body = await ask("HEAD", range="bytes=0-9")
    assert (status, headers["content-length"], body) == (206, "10", b"")


def _asking(accept: str | None) -> Request:
    headers = [] if accept is None else [(b"accept", accept.encode("latin-1"))]
    return Request({"type": "http", "headers": headers})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, False), ("", False), ("*/*", False), ("text/*", False),
        ("application/json", False), ("text/html", True), ("TEXT/HTML ; Q=0.5", True),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", True),
        ("text/html, application/json", True), ("application/json, text/html;q=0.9", False),
        ("text/html;q=0", False), ("text/html;q=x", False), ("text/html;level=1;q=0.4", True),
    ],
)  # fmt: skip
def test_who_names_html_wants_a_page(accept: str | None, expected: bool) -> None:
    assert wants_page(_asking(accept)) is expected


@given(st.text(st.characters(max_codepoint=255)))
def test_whatever_is_accepted_is_understood_or_not(accept: str) -> None:
    assert wants_page(_asking(accept)) in (True, False)
