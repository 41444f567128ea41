"""The ceiling as a program beside the stack, behind the stack's own gateway."""

import asyncio
import json
import os
import secrets
import sys
from typing import Any

from local import probes
from local.checkout import ROOT
from local.files import write_atomically
from local.ports import HOST
from local.servers.server import Server
from local.stack import Stack

# The same chains as the product's routes in gateway/traefik/routes.yml.
_READ = ["secure", "problems", "rate", "compress", "breaker", "again"]
_WRITE = ["secure", "problems", "rate", "compress", "body", "breaker", "again"]
_RULE = "PathRegexp(`^/ceiling/clients(/|$)`)"
_SAFE = "(Method(`GET`) || Method(`HEAD`) || Method(`OPTIONS`))"
_ROUTES = {
    "ceiling-read": (f"{_RULE} && {_SAFE}", 102, _READ),
    "ceiling-write": (_RULE, 100, _WRITE),
}  # fmt: skip


class CeilingServer(Server):
    """uvicorn with uvloop and httptools, as the services run; one process, as they are.

    `place` is where it finds and puts clients: tenant, folder and status.
    """

    def __init__(self, stack: Stack, place: tuple[str, str, str]) -> None:
        super().__init__("ceiling", stack.folder / "ceiling", stack.folder / "logs" / "ceiling.log")
        self._stack = stack
        self._place = place
        # As long as an access token, so that the gateway moves as many bytes.
        self.token = secrets.token_urlsafe(450)

    def command(self) -> list[str]:
        uvicorn = [sys.executable, "-m", "uvicorn", "tests.bench.ceiling:app"]
        listening = ["--app-dir", str(ROOT), "--host", HOST, "--port", str(self.port)]
        quiet = ["--no-access-log", "--no-server-header", "--no-date-header"]
        timing = [
            "--lifespan",
            "off",
            "--loop",
            "uvloop",
            "--http",
            "httptools",
            "--timeout-keep-alive",
            "30",
        ]
        return [*uvicorn, *listening, *quiet, *timing]

    def environment(self) -> dict[str, str]:
        own = {
            "CEILING_DATABASE": self._stack.database_url("clients"),
            "CEILING_PLACE": " ".join(self._place),
            "CEILING_TOKEN": self.token,
            "MALLOC_ARENA_MAX": "2",
        }
        return {**os.environ, **own}

    async def is_ready(self) -> bool:
        return await probes.http_status(self.port, "/internal/readyz") == 200

    async def open_route(self) -> None:
        """Put it behind the gateway; returns when the gateway knows it."""
        target = self._stack.traefik.dynamic / "ceiling.yml"
        write_atomically(target, json.dumps(_routing(self.port)), beside=self._stack.folder)
        while await self._stack.traefik.status_of("/ceiling/clients/readyz") != 200:
            await asyncio.sleep(0.1)


def _routing(port: int) -> dict[str, Any]:
    routers = {
        name: {"rule": rule, "priority": priority, "middlewares": chain, "service": "ceiling"}
        for name, (rule, priority, chain) in _ROUTES.items()
    }
    balancer = {
        "serversTransport": "services",
        "healthCheck": {"path": "/internal/readyz", "interval": "500ms", "timeout": "400ms"},
        "servers": [{"url": f"http://{HOST}:{port}"}],
    }
    return {"http": {"routers": routers, "services": {"ceiling": {"loadBalancer": balancer}}}}
