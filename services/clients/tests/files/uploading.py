"""Files sent for tests."""

from typing import Any

import httpx

from services.clients.tests.factories import Json, Person

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 8
PNG = b"\x89PNG\r\n\x1a\n" + b"x" * 50


async def sent(
    person: Person, path: str, content: bytes, name: str = "عقد.pdf", **fields: Any
) -> httpx.Response:
    """The answer to a file with a form."""
    return await person.http.post(path, files={"file": (name, content)}, data=fields)


async def add(person: Person, client: Json, content: bytes = PDF, **fields: Any) -> Json:
    """A file about a client."""
    answer = await sent(person, "/v1/files", content, client_id=client["id"], **fields)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


async def refused(
    person: Person, path: str, content: bytes = PDF, name: str = "a.pdf", **fields: Any
) -> tuple[int, str]:
    """Status and code."""
    answer = await sent(person, path, content, name, **fields)
    assert not answer.is_success, answer.text
    return answer.status_code, answer.json()["code"]


async def read(person: Person, path: str, **headers: str) -> httpx.Response:
    """What a download answers."""
    return await person.http.get(path, headers=headers)
