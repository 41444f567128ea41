"""A process that does one part of a worker, to be killed: `worker.py relay | consume | jobs`."""

import asyncio
import sys
from typing import Any
from uuid import UUID

import uvloop

from chassis import logging
from chassis.caller import system
from chassis.consumer import Consumers
from chassis.consumer_runner import ConsumerRunner
from chassis.context import Context
from chassis.events import Event
from chassis.job_runner import JobRunner
from chassis.jobs import Jobs
from chassis.outbox import Relay
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.work import UnitOfWork
from libs.chassis.tests.plumbing import parts

jobs = Jobs()


@jobs.job("plumbing.stall")
async def stall(context: Context, tenant_id: UUID, payload: dict[str, Any]) -> None:
    """Leaves an effect, and dies with its process."""
    async with context.database.work(system(tenant_id, parts.SERVICE)) as work:
        await parts.add_effect(work, f"stalled in {payload['number']}")
    await asyncio.sleep(3600)


def consumers(name: str, kind: str) -> Consumers:
    registry = Consumers(name)

    @registry.on(kind)
    async def on_event(work: UnitOfWork, event: Event) -> None:
        await parts.add_effect(work, f"{event.data['number']}")
        if event.data["number"] == parts.STALLS:
            await asyncio.sleep(3600)

    return registry


async def main(part: str, *arguments: str) -> None:
    settings = ChassisSettings()
    logging.configure(settings)
    async with parts.process(settings) as context:
        signals = Signals(context.database)
        if part == "relay":
            await Relay(context, signals).run()
        elif part == "consume":
            await ConsumerRunner(context, [consumers(*arguments)]).run()
        else:
            await JobRunner(context, signals, [jobs]).run()


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:]))
