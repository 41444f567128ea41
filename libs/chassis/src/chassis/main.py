"""`python -m <service> api | worker | all | migrate | …`: one program, its roles and commands."""

import gc
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import uvloop

from chassis import dead_letters, held_jobs, logging, migrations
from chassis.context import Context
from chassis.runtime import opened, serve
from chassis.service import Service

# A service imports this first. What it imports then lives as long as the process: looking through
# it again and again would take an eighth of the time until it serves.
gc.disable()

Command = Callable[[Context, Sequence[str]], Awaitable[Any]]


def main(
    service: Service, arguments: Sequence[str], commands: Mapping[str, Command] | None = None
) -> None:
    """Run a role, or one of the service's own maintenance commands."""
    gc.freeze()
    gc.enable()
    logging.configure(service.settings)
    role, rest = (arguments[0], arguments[1:]) if arguments else ("all", ())
    known: dict[str, Command] = {
        "dead-letters": partial(dead_letters.command, service.consumers),
        "held-jobs": held_jobs.command, **(commands or {}),
    }  # fmt: skip
    if role == "migrate":
        owner = service.settings.database_owner_url.get_secret_value()
        migrations.migrate(owner, service.migrations, service.metadata)
    elif role == "revision":
        owner = service.settings.database_owner_url.get_secret_value()
        migrations.revise(owner, service.migrations, service.metadata, " ".join(rest))
    elif role in ("api", "worker", "all"):
        _run(serve(service, role))
    elif role in known:
        _run(_command(service, known[role], rest))
    else:
        raise SystemExit(f"unknown role {role!r}: api, worker, all, migrate, {', '.join(known)}")


async def _command(service: Service, command: Command, arguments: Sequence[str]) -> None:
    async with opened(service) as context:
        await command(context, arguments)


def _run(work: Any) -> None:
    uvloop.run(work)
