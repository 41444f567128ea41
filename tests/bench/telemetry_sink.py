"""Takes the traces that gateway and services export, and forgets them."""

import asyncio
from types import TracebackType
from typing import Self

_TAKEN = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"


class TelemetrySink:
    """An OTLP/HTTP receiver, so that sampled spans cost what they cost in production."""

    def __init__(self) -> None:
        self._server: asyncio.Server | None = None
        self.url = ""

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).lower()
                at = head.find(b"content-length:")
                await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
                writer.write(_TAKEN)
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            writer.close()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._server:
            self._server.close()
