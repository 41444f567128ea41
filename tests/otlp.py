"""A receiver of traces over OTLP/HTTP, as far as a test needs one."""

import asyncio
import contextlib
import gzip
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue

_KEPT = 4_000
_GZIP = b"\x1f\x8b"
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"
_GONE = (ConnectionError, asyncio.IncompleteReadError)


@dataclass(frozen=True)
class Span:
    """A recorded span; ids are hexadecimal, a root has an empty `parent`."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    started: int
    attributes: dict[str, str]


class TraceReceiver:
    """Keeps the last exports as they came; they are read only when a test asks."""

    def __init__(self) -> None:
        self._bodies: deque[bytes] = deque(maxlen=_KEPT)
        self._server: asyncio.Server | None = None
        self.url = ""

    def spans(self) -> list[Span]:
        """All spans received and kept."""
        return [span for body in self._bodies for span in _read(body)]

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*_GONE):
            while True:
                self._bodies.append(await _body(reader))
                writer.write(_ANSWER)
                await writer.drain()
        writer.close()


async def _body(reader: asyncio.StreamReader) -> bytes:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
    if "content-length:" in head:
        return await reader.readexactly(int(head.split("content-length:")[1].split("\r\n")[0]))
    body = b""
    while size := int(await reader.readuntil(b"\r\n"), 16):
        body += (await reader.readexactly(size + 2))[:-2]
    await reader.readuntil(b"\r\n")
    return body


def _read(body: bytes) -> Iterator[Span]:
    plain = gzip.decompress(body) if body.startswith(_GZIP) else body
    for resource in ExportTraceServiceRequest.FromString(plain).resource_spans:
        service = _texts(resource.resource.attributes).get("service.name", "")
        for scope in resource.scope_spans:
            for s in scope.spans:
                yield Span(
                    service, s.name, s.trace_id.hex(), s.span_id.hex(), s.parent_span_id.hex(),
                    s.start_time_unix_nano, _texts(s.attributes),
                )  # fmt: skip


def _texts(attributes: Iterable[KeyValue]) -> dict[str, str]:
    return {a.key: a.value.string_value for a in attributes if a.value.string_value}
