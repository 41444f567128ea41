"""Small questions to a listening port: is somebody there, and what does it answer."""

import asyncio
import contextlib
import ssl

from local.ports import HOST

TIMEOUT = 1.0
UNREACHABLE = (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError, IndexError)


async def exchange(
    port: int, sent: bytes, until: bytes = b"\n", *, tls: ssl.SSLContext | None = None
) -> bytes:
    """What the server says up to `until`; empty when it does not answer in time."""
    with contextlib.suppress(*UNREACHABLE):
        async with asyncio.timeout(TIMEOUT):
            reader, writer = await asyncio.open_connection(HOST, port, ssl=tls)
            try:
                writer.write(sent)
                return await reader.readuntil(until)
            finally:
                writer.close()
    return b""


async def http_status(port: int, path: str, *, tls: ssl.SSLContext | None = None) -> int:
    """The status of a GET, 0 when nobody answers."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{port}\r\nConnection: close\r\n\r\n"
    line = await exchange(port, request.encode(), tls=tls)
    parts = line.split()
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0


def any_certificate() -> ssl.SSLContext:
    """For questions to this machine, whose certificate may name another host."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
