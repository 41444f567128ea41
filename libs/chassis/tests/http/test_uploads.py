"""Files with a form: taken in pieces, measured, and refused before anything is kept."""

import tracemalloc
from collections.abc import AsyncIterator
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.testing.harness import Harness

PATH = "/v1/bikes/manuals"
LIMIT = 30_000_000
FORM = {"Content-Type": "multipart/form-data; boundary=xx"}


def part(name: str, value: bytes, file: str | None = None) -> bytes:
    """One part of a form."""
    named = f'; filename="{file}"' if file is not None else ""
    return b'--xx\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n' % (
        name.encode(), named.encode(), value,
    )  # fmt: skip


TITLE = part("title", b"x")


async def send(http: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    return await http.post(PATH, content=body, headers=FORM | headers)


async def large(size: int) -> AsyncIterator[bytes]:
    """A form with a file of this size, in pieces."""
    whole = part("title", b"Tourer") + part("file", b"", "manual.pdf")
    yield whole[:-2]
    for _ in range(size // 100_000):
        yield b"x" * 100_000
    yield b"\r\n--xx--\r\n"


async def test_a_file_comes_with_the_fields_of_its_form(shop: Harness) -> None:
    """CL-62: whatever the name's script; fields are validated as any body is."""
    content = b"\x00\r\n--x\r\n\xff" * 3
    async with shop.http(shop.caller()) as http:
        answer = await http.post(
            PATH, files={"file": ("دليل الدراجة.pdf", content)},
            data={"title": " سياحية ", "pages": "12", "languages": ["ar", "en"]},
        )  # fmt: skip
        empty = await http.post(PATH, files={"file": ("", b"")}, data={"title": "x", "pages": ""})
    assert answer.status_code == 201, answer.text
    assert answer.json() == {
        "title": "سياحية", "pages": 12, "languages": ["ar", "en"], "name": "دليل الدراجة.pdf",
        "size": len(content), "read": len(content), "sha256": sha256(content).hexdigest(),
    }  # fmt: skip
    assert (empty.status_code, empty.json()["size"], empty.json()["pages"]) == (201, 0, None)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        (part("title", b"x") + b"--xx--\r\n", 422, "file"),
        (part("file", b"x", "a") + b"--xx--\r\n", 422, "title"),
        (part("title", b"x") * 2 + part("file", b"x", "a") + b"--xx--\r\n", 422, "title"),
        (TITLE + part("colour", b"x") + part("file", b"x", "a") + b"--xx--\r\n", 422, "colour"),
        (TITLE + part("pages", b"x") + part("file", b"x", "a") + b"--xx--\r\n", 422, "pages"),
        (part("title", b"\xff") + part("file", b"x", "a") + b"--xx--\r\n", 422, "title"),
        (part("title", b"x" * 100_001) + b"--xx--\r\n", 422, "title"),
        (part("title", b"x", "a.txt") + b"--xx--\r\n", 422, "title"),
        (part("file", b"x", "a") * 2 + b"--xx--\r\n", 422, "file"),
        (part("a", b"x") * 201 + b"--xx--\r\n", 422, "a"),
        (part("title", b"x") + part("file", b"x", "a"), 400, None),
        (b"nothing of the kind", 400, None), (b"", 400, None),
        (b"--xx\r\nContent-Type: text/plain\r\n\r\nx\r\n--xx--\r\n", 400, None),
        (b"--xx\r\nA: " + b"x" * 10_000 + b"\r\n\r\nx\r\n--xx--\r\n", 400, None),
    ],
)  # fmt: skip
async def test_a_bad_form_is_refused_by_name(
    shop: Harness, body: bytes, status: int, field: str | None
) -> None:
    async with shop.http(shop.caller()) as http:
        answer = await send(http, body)
        assert answer.status_code == status, answer.text
        assert [e["field"] for e in answer.json()["errors"]][:1] == ([field] if field else [])
        assert (await http.get("/v1/bikes")).json()["items"] == []


async def test_only_forms_are_taken_and_only_from_who_may(shop: Harness) -> None:
    async with shop.http(shop.caller()) as http:
        assert (await http.post(PATH, json={"title": "x"})).status_code == 415
        unbound = {"Content-Type": "multipart/form-data"}
        assert (await http.post(PATH, content=b"", headers=unbound)).status_code == 400
    reader = shop.caller(is_owner=False, permissions=frozenset({"shop:read"}))
    async with shop.http(reader) as http:
        assert (await http.post(PATH, files={"file": b"x"})).status_code == 403


async def test_a_file_past_the_limit_is_a_413(shop: Harness) -> None:
    """CL-62: at the byte that is one too many, and nothing is kept."""
    async with shop.http(shop.caller()) as http:
        refused = await send(http, large(LIMIT + 100_000))
        assert (refused.status_code, refused.json()["code"]) == (413, "too_large")
        assert str(LIMIT) in refused.json()["detail"]
        assert (await http.get("/v1/bikes")).json()["items"] == []


async def test_memory_does_not_grow_with_the_file(shop: Harness) -> None:
    """CL-62"""
    async with shop.http(shop.caller()) as http:
        await send(http, large(100_000))
        tracemalloc.start()
        try:
            answer = await send(http, large(LIMIT))
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (answer.status_code, answer.json()["read"]) == (201, LIMIT)
    assert peak < 6_000_000


async def test_a_form_sent_twice_under_one_key_has_its_effect_once(shop: Harness) -> None:
    """CL-62: the same file and fields; another file is another request."""
    caller, key = shop.caller(), {"Idempotency-Key": uuid4().hex}
    async with shop.http(caller) as http:

        async def sent(content: bytes, title: str = "x") -> httpx.Response:
            return await http.post(
                PATH, files={"file": ("a", content)}, data={"title": title}, headers=key
            )

        first, again = await sent(b"one"), await sent(b"one")
        assert (first.status_code, again.content) == (201, first.content)
        assert again.headers["Idempotency-Replayed"] == "true"
        for other in (await sent(b"two"), await sent(b"one", "y")):
            assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
        assert len((await http.get("/v1/bikes")).json()["items"]) == 1
