"""One running copy of a service: HTTP and gRPC in one program, role `all`."""

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from local import probes
from local.children import Child
from local.ports import HOST
from local.servers.forkserver import Forkserver
from local.servers.server import Server


@dataclass(frozen=True)
class Service:
    """A service by name, the module that `python -m` runs for it, and a path the gateway sends it.

    Whatever the path answers shows that the gateway has found the service.
    """

    name: str
    module: str = ""
    replicas: int = 1
    path: str = "/readyz"

    @property
    def program(self) -> str:
        return self.module or self.name

    @property
    def imports(self) -> tuple[str, ...]:
        """What all copies may share; a stand-in has little that would be worth it."""
        return () if self.module else (f"{self.name}.app",)

    def command(self, role: str) -> list[str]:
        return [sys.executable, "-m", self.program, role]


class Replica(Server):
    """Numbered from 1; keeps its ports when it is started again."""

    port_names = ("http", "grpc")
    moves = True
    death_signal = signal.SIGKILL

    def __init__(
        self,
        service: Service,
        number: int,
        folder: Path,
        environment: Callable[[], Mapping[str, str]],
        forkserver: Forkserver,
    ) -> None:
        label = f"{service.name}-{number}"
        super().__init__(label, folder, folder / f"{label}.log")
        self.service = service
        self.number = number
        self._environment = environment
        self._forkserver = forkserver

    @property
    def http_address(self) -> str:
        return f"{HOST}:{self.ports['http']}"

    @property
    def grpc_address(self) -> str:
        return f"{HOST}:{self.ports['grpc']}"

    def command(self) -> list[str]:
        return self.service.command("all")

    async def started(self) -> Child:
        return await self._forkserver.run(
            self.service.program, "all", log=self.log,
            environment=self.environment(), death_signal=self.death_signal,
        )  # fmt: skip

    def environment(self) -> dict[str, str]:
        return {
            **self._environment(),
            "DIWAN_HTTP_HOST": HOST,
            "DIWAN_HTTP_PORT": str(self.ports["http"]),
            "DIWAN_GRPC_HOST": HOST,
            "DIWAN_GRPC_PORT": str(self.ports["grpc"]),
        }

    async def is_ready(self) -> bool:
        return await probes.http_status(self.ports["http"], "/internal/readyz") == 200
