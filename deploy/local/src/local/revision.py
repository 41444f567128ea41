"""Writes a new migration of a service against a database that has all earlier ones."""

import asyncio
import tempfile
from pathlib import Path

from local import databases
from local.keys import Secrets
from local.replicas import Service
from local.stack import Options, Stack


def write(service: str, message: str) -> int:
    """Let the service compare its tables with a throw-away PostgreSQL of its newest schema."""
    with tempfile.TemporaryDirectory(prefix="diwan-migration-") as folder:
        stack = Stack(Path(folder), Options(services=(Service(service),), durable=False))
        return asyncio.run(_write(stack, service, message))


async def _write(stack: Stack, name: str, message: str) -> int:
    stack.secrets = Secrets.load(stack.folder / "secrets.json", stack.names)
    # The service's settings name all servers, though only PostgreSQL is needed.
    for server in stack.servers.values():
        server.take_ports()
    try:
        await stack.postgres.start()
        await databases.bootstrap(stack.postgres, stack.names, stack.secrets.database_passwords)
        return await _run(stack, name, "migrate") or await _run(stack, name, "revision", message)
    finally:
        await stack.postgres.stop()


async def _run(stack: Stack, name: str, role: str, *arguments: str) -> int:
    command = [*Service(name).command(role), *arguments]
    running = await asyncio.create_subprocess_exec(*command, env=stack.environment_of(name))
    return await running.wait()
