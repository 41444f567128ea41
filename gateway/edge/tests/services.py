"""Services as the edge's views meet them over HTTP: answering, hanging, broken."""

import asyncio
from collections import Counter
from contextlib import suppress
from typing import Any, Self
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from chassis.rpc.client import Asker
from edge.peers import Page, Views

_READY = "/internal/readyz"


class Behind(Views):
    """The services behind the edge, of which scheduling tells over gRPC what was given here."""

    agenda: Page = Page(200, {})
    asked_ahead = 0

    async def next_steps(self, by: Asker, client_id: UUID, most: int) -> Page:
        return await self._told()

    async def day(self, by: Asker, user_id: UUID) -> Page:
        return await self._told()

    async def _told(self) -> Page:
        self.asked_ahead += 1
        return self.agenda


class FakeService:
    """Answers each path with what was given for it, and an empty list otherwise.

    With `refused` it answers nothing but that status; while it does not `speak`, nothing at all.
    """

    def __init__(self, pages: dict[str, Any] | None = None) -> None:
        self.pages = pages or {}
        self.refused: int | None = None
        self.speaks = asyncio.Event()
        self.speaks.set()
        self.asked: Counter[str] = Counter()
        self.headers: list[str] = []
        self._callers: list[asyncio.StreamWriter] = []

    @property
    def url(self) -> str:
        port: int = self._server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._callers.append(writer)
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                path = urlsplit(head.split(" ")[1]).path
                self.asked[path] += 1
                self.headers.append(head.lower())
                await self.speaks.wait()
                writer.write(self._answer(path))
                await writer.drain()

    def _answer(self, path: str) -> bytes:
        status = self.refused or 200
        page = self.pages.get(path, {"items": [], "total": 0})
        body = orjson.dumps({} if path == _READY or status != 200 else page)
        return f"HTTP/1.1 {status} so\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.speaks.set()
        self._server.close()
        for caller in self._callers:
            caller.close()
