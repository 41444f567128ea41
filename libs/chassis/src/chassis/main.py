"""`python -m <service> api | worker | all | migrate | …`: one program, its roles and commands."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import uvloop

from chassis.starting import imported
from chassis import dead_letters, held_jobs, logging
from chassis.context import Context
from chassis.runtime import opened, serve
from chassis.service import Service

Command = Callable[[Context, Sequence[str]], Awaitable[Any]]


def main(
    service: Service, arguments: Sequence[str], commands: Mapping[str, Command] | None = None
) -> None:
    """Run a role, or one of the service's own maintenance commands."""
    imported()
    logging.configure(service.settings)
    role, rest = (arguments[0], arguments[1:]) if arguments else ("all", ())
    known: dict[str, Command] = {
        "dead-letters": partial(dead_letters.command, service.consumers),
        "held-jobs": held_jobs.command, **(commands or {}),
    }  # fmt: skip
    if role in ("migrate", "revision"):
        _change_schema(service, role, " ".join(rest))
    elif role in ("api", "worker", "all"):
        _run(serve(service, role))
    elif role in known:
        _run(_command(service, known[role], rest))
    else:
        raise SystemExit(f"unknown role {role!r}: api, worker, all, migrate, {', '.join(known)}")


def _change_schema(service: Service, role: str, message: str) -> None:
    # Alembic and the ORM that it brings are as large as all else of a small service.
    migrations = import_module("chassis.migrations")
    owner = service.settings.database_owner_url.get_secret_value()
    if role == "migrate":
        migrations.migrate(owner, service.migrations, service.metadata)
    else:
        migrations.revise(owner, service.migrations, service.metadata, message)


async def _command(service: Service, command: Command, arguments: Sequence[str]) -> None:
    async with opened(service) as context:
        await command(context, arguments)


def _run(work: Any) -> None:
    uvloop.run(work)
