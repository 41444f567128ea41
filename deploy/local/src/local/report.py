"""What `status` tells about a running stack."""

import asyncio
from typing import TypedDict

from local.replicas import Replica
from local.servers.server import Server
from local.stack import Stack


class Row(TypedDict):
    """One program of the stack."""

    label: str
    role: str
    ports: str
    pid: int | None
    uptime: float
    restarts: int
    health: str


class Report(TypedDict):
    """The stack as JSON."""

    ready_after: float | None
    url: str
    mailbox: str
    rows: list[Row]


async def describe(stack: Stack) -> Report:
    """Ask every program how it is, all at once."""
    rows = await asyncio.gather(*(_row(server) for server in stack.everything()))
    return {
        "ready_after": stack.ready_after,
        "url": stack.url if stack.traefik.ports else "",
        "mailbox": stack.mailbox.url if stack.mailbox.ports else "",
        "rows": list(rows),
    }


async def _row(server: Server) -> Row:
    return {
        "label": server.label,
        "role": "all" if isinstance(server, Replica) else "server",
        "ports": " ".join(str(port) for port in server.ports.values()),
        "pid": server.pid,
        "uptime": server.child.uptime if server.child and server.alive else 0.0,
        "restarts": server.restarts,
        "health": await _health(server),
    }


async def _health(server: Server) -> str:
    if not server.alive:
        return "down"
    if server.paused:
        return "paused"
    return "ready" if await server.is_ready() else "not ready"
