"""PostgreSQL, NATS and Valkey alone, for tests and tools that need real servers quickly."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from local.servers.nats import Nats
from local.servers.postgres import Postgres
from local.servers.server import Server
from local.servers.valkey import Valkey


class BackingServers:
    """The three servers in one folder, without durability unless asked for."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.postgres = Postgres(folder / "postgres", durable=durable)
        self.nats = Nats(folder / "nats")
        self.valkey = Valkey(folder / "valkey")

    async def start(self) -> None:
        await asyncio.gather(*(server.start() for server in self._all))

    async def stop(self) -> None:
        await asyncio.gather(*(server.stop() for server in self._all))

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def _all(self) -> tuple[Server, ...]:
        return self.postgres, self.nats, self.valkey
