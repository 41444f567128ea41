"""Asking a server that a company named, without being led anywhere else."""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from functools import cached_property
from typing import Any, Final

import certifi
import httpcore
import orjson

from chassis.addresses import Refused, Unreachable, check_url, is_public

_SECONDS: Final = 8.0
_MOST_BYTES: Final = 1_000_000
_AT_ONCE: Final = 32
_TRIED: Final = 3
_PLAIN: Final = [("Accept", "application/json"), ("Accept-Encoding", "identity")]
_FAILURES: Final = (
    httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException,
    httpcore.UnsupportedProtocol, httpcore.ProxyError, OSError, TimeoutError, Refused,
)  # fmt: skip


class Outbound:
    """Short requests for JSON: https, public addresses, no redirect, little time and few bytes.

    The name is resolved once and the address that was judged is the one connected to, so that
    no second look-up can give another; the certificate is still held against the name.
    """

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    @cached_property
    def _pool(self) -> httpcore.AsyncConnectionPool:
        # Reading the authorities takes a while, and most processes never ask anybody.
        return httpcore.AsyncConnectionPool(
            ssl_context=ssl.create_default_context(cafile=certifi.where()),
            network_backend=_Guarded(self._allow_private),
            max_connections=_AT_ONCE, max_keepalive_connections=0,
        )  # fmt: skip

    async def get(self, url: str, **headers: str) -> dict[str, Any]:
        """The JSON object found there; raises Unreachable."""
        status, found = await self.ask("GET", url, headers)
        if status != 200:
            raise Unreachable()
        return found

    async def post_form(
        self, url: str, form: str, headers: dict[str, str]
    ) -> tuple[int, dict[str, Any]]:
        """What a form is answered with; raises Unreachable."""
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask("POST", url, headers | kind, form.encode())

    async def ask(
        self, method: str, url: str, headers: Mapping[str, str], content: bytes = b""
    ) -> tuple[int, dict[str, Any]]:
        """The status and the JSON object of an answer, whatever it is; raises Unreachable."""
        try:
            check_url(url, allow_private=self._allow_private)
            async with asyncio.timeout(_SECONDS):
                status, body = await self._read(method, url, [*_PLAIN, *headers.items()], content)
            found = orjson.loads(body)
        except (*_FAILURES, orjson.JSONDecodeError) as error:
            raise Unreachable() from error
        if not isinstance(found, dict):
            raise Unreachable()
        return status, found

    async def _read(
        self, method: str, url: str, headers: list[tuple[str, str]], content: bytes
    ) -> tuple[int, bytes]:
        body = bytearray()
        asking = self._pool.stream(method, url, headers=headers, content=content)
        async with asking as response:
            async for piece in response.aiter_stream():
                body += piece
                if len(body) > _MOST_BYTES:
                    raise Refused("more than is read")
        return response.status, bytes(body)


class _Guarded(httpcore.AsyncNetworkBackend):
    def __init__(self, allow_private: bool) -> None:
        self._allow_private = allow_private
        self._real = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, *_: Any, **options: Any
    ) -> httpcore.AsyncNetworkStream:
        """To the first of the name's allowed addresses that answers."""
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        known = dict.fromkeys(str(one[4][0]) for one in found)
        allowed = [one for one in known if self._allow_private or is_public(one)][:_TRIED]
        failure: Exception = Refused("no public address")
        for address in allowed:
            try:
                return await self._real.connect_tcp(address, port, **options)
            except _FAILURES as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """As the pool asks between its tries."""
        await asyncio.sleep(seconds)
