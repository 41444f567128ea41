"""What a ceiling by hand is served by: an ASGI application without any framework."""

import os
import pickle
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from tests.bench.rows import Recorded

Answer = tuple[int, bytes]
Ask = Callable[[dict[str, Any], dict[bytes, bytes], bytes], Awaitable[Answer]]
TENANT = UUID(os.environ["CEILING_PLACE"])
SIGNED_IN = f"Bearer {os.environ['CEILING_TOKEN']}".encode()
BEGIN = f"BEGIN; SET LOCAL app.tenant = '{TENANT}'"


async def nothing(_: object) -> None: ...


async def pool() -> Any:
    return await asyncpg.create_pool(
        os.environ["CEILING_DATABASE"], max_size=16, reset=nothing, server_settings={"jit": "off"}
    )


def rows() -> dict[str, Recorded]:
    found: dict[str, Recorded] = pickle.loads(Path(os.environ["CEILING_ROWS"]).read_bytes())  # noqa: S301
    return found


def application(
    state: dict[str, Any], start: Callable[[], Awaitable[None]], answer: Ask
) -> Callable[..., Awaitable[None]]:
    async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
        given = dict(scope["headers"])
        if given.get(b"authorization") != SIGNED_IN:
            if not state:
                await start()
            status, body = (200 if scope["path"].endswith("/readyz") else 401), b"{}"
        else:
            status, body = await answer(scope, given, (await receive())["body"])
        length = (b"content-length", b"%d" % len(body))
        headers = [(b"content-type", b"application/json"), length]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return app
