"""Brings each service's database to its newest schema, and skips what has nothing new."""

import asyncio
import hashlib
import importlib.util
import json
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from local.files import write_atomically
from local.replicas import Service
from local.servers.forkserver import Forkserver
from local.servers.server import NotStarted, Server

SHARED = ("chassis", "refs", "background")


class Migrations:
    """Runs `migrate` for services whose code differs from that of the last run."""

    def __init__(self, record: Path, logs: Path, forkserver: Forkserver) -> None:
        self._record = record
        self._logs = logs
        self._forkserver = forkserver
        # More at once than processors would only slow the rest.
        self._processors = asyncio.Semaphore(os.cpu_count() or 1)

    async def run(self, service: Service, environment: Mapping[str, str]) -> bool:
        """True when the migration ran, False when it was not needed."""
        print_now = fingerprint(service)
        if self._last().get(service.name) == print_now:
            return False
        async with self._processors:
            await self._migrate(service, environment)
        self._remember(service.name, print_now)
        return True

    async def _migrate(self, service: Service, environment: Mapping[str, str]) -> None:
        child = await self._forkserver.run(
            service.program, "migrate", log=self._logs / f"{service.name}-migrate.log",
            environment=environment, death_signal=Server.death_signal,
        )  # fmt: skip
        try:
            code = await child.exited()
        except asyncio.CancelledError:
            await child.stop(Server.stop_signal, patience=2)
            raise
        if code != 0:
            raise NotStarted(f"the migration of {service.name}", child.tail())

    def _last(self) -> dict[str, str]:
        return dict(json.loads(self._record.read_text())) if self._record.exists() else {}

    def _remember(self, name: str, value: str) -> None:
        write_atomically(self._record, json.dumps(self._last() | {name: value}))


def fingerprint(service: Service) -> str:
    """A digest of all code that decides the schema, and of the month, which has partitions."""
    digest = hashlib.sha256(datetime.now(UTC).strftime("%Y-%m").encode())
    for path in sorted(_sources(service)):
        digest.update(str(path).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _sources(service: Service) -> Iterator[Path]:
    for name in (service.module or service.name, *SHARED):
        spec = importlib.util.find_spec(name)
        if spec is None or spec.origin is None:
            continue
        package = Path(spec.origin).parent
        yield from package.rglob("*.py")
        yield from (package.parents[1] / "migrations").rglob("*.py")
