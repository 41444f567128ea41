"""A load generator: keep-alive connections that send prepared requests and time the answers."""

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CONNECTIONS = 16
MakeRequest = Callable[[int], bytes]


@dataclass(slots=True)
class Outcome:
    """What one round saw: latencies in seconds, statuses (0: cut off) by count, its length."""

    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def count(self) -> int:
        """Requests answered."""
        return len(self.latencies)

    @property
    def failed(self) -> int:
        """Answers other than 2xx."""
        return sum(n for status, n in self.statuses.items() if not 200 <= status < 300)

    def percentile(self, part: float) -> float:
        """A latency in milliseconds, e.g. `percentile(0.99)`."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else 0.0


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: diwan"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


async def run(url: str, make: MakeRequest, seconds: float) -> Outcome:
    """Load the address for so long; `make(n)` gives the n-th request."""
    until = time.perf_counter() + seconds
    return await _run(
        url, make, itertools.takewhile(lambda _: time.perf_counter() < until, itertools.count())
    )


async def run_count(url: str, make: MakeRequest, count: int) -> Outcome:
    """Send so many requests."""
    return await _run(url, make, iter(range(count)))


async def _run(url: str, make: MakeRequest, turns: Iterator[int]) -> Outcome:
    outcome, began = Outcome(), time.perf_counter()
    await asyncio.gather(*(_connection(url, make, turns, outcome) for _ in range(CONNECTIONS)))
    outcome.seconds = time.perf_counter() - began
    return outcome


async def _connection(url: str, make: MakeRequest, turns: Iterator[int], outcome: Outcome) -> None:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    for turn in turns:
        asked = make(turn)
        started = time.perf_counter()
        writer.write(asked)
        try:
            status, keep = await _answer(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            status, keep = 0, False
        outcome.latencies.append(time.perf_counter() - started)
        outcome.statuses[status] = outcome.statuses.get(status, 0) + 1
        if not keep:
            writer.close()
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    status = int(head[9:12])
    if b"transfer-encoding: chunked" in head:
        while size := int(await reader.readline(), 16):
            await reader.readexactly(size + 2)
        await reader.readline()
    elif (at := head.find(b"content-length:")) >= 0:
        await reader.readexactly(int(head[at + 15 : head.index(b"\r\n", at)]))
    return status, b"connection: close" not in head
