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
_SAFE = "(Method(`GET`) || Method(`HEAD`) || Method(`OPTIONS`))"


class CeilingServer(Server):
    """uvicorn with uvloop and httptools, as the services run; one process, as they are.

    `place` is where it finds and puts what it is asked for: the tenant, then what else it needs.
    """

    path = "/ceiling/clients"
    module = "tests.bench.ceiling"
    service = "clients"

    def __init__(self, stack: Stack, *place: str) -> None:
        name = self.path.strip("/").replace("/", "-")
        super().__init__(name, stack.folder / name, stack.folder / "logs" / f"{name}.log")
        self._stack = stack
        self._place = place
        # As long as an access token, so that the gateway moves as many bytes.
        self.token = secrets.token_urlsafe(450)

    def command(self) -> list[str]:
        uvicorn = [sys.executable, "-m", "uvicorn", f"{self.module}:app"]
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
            "CEILING_DATABASE": self._stack.database_url(self.service),
            "CEILING_PLACE": " ".join(self._place),
            "CEILING_TOKEN": self.token,
            "MALLOC_ARENA_MAX": "2",
        }
        return {**os.environ, **own}

    async def is_ready(self) -> bool:
        return await probes.http_status(self.port, "/internal/readyz") == 200

    async def open_route(self) -> None:
        """Put it behind the gateway; returns when the gateway knows it."""
        target = self._stack.traefik.dynamic / f"{self.label}.yml"
        routing = json.dumps(_routing(self.label, self.path, self.port))
        write_atomically(target, routing, beside=self._stack.folder)
        while await self._stack.traefik.status_of(f"{self.path}/readyz") != 200:
            await asyncio.sleep(0.1)


def _routing(name: str, path: str, port: int) -> dict[str, Any]:
    rule = f"PathRegexp(`^{path}(/|$)`)"
    routers = {
        f"{name}-{kind}": {
            "rule": narrowed, "priority": priority, "middlewares": chain, "service": name,
        }
        for kind, narrowed, priority, chain in (
            ("read", f"{rule} && {_SAFE}", 102, _READ), ("write", rule, 100, _WRITE),
        )
    }  # fmt: skip
    balancer = {
        "serversTransport": "services",
        "healthCheck": {"path": "/internal/readyz", "interval": "500ms", "timeout": "400ms"},
        "servers": [{"url": f"http://{HOST}:{port}"}],
    }
    return {"http": {"routers": routers, "services": {name: {"loadBalancer": balancer}}}}
