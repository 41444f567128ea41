"""A running process: connections opened in order, doors opened, and all of it drained again."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn
from redis.asyncio import Redis

from chassis import telemetry
from chassis.consumer_runner import ConsumerRunner
from chassis.context import Context
from chassis.database import Database, SystemWork
from chassis.housekeeping import chores
from chassis.http.app import create_app
from chassis.http.protocol import Protocol
from chassis.job_runner import JobRunner
from chassis.marks import marking
from chassis.outbox import Relay
from chassis.revocations import Revocations
from chassis.rpc.client import Channels
from chassis.rpc.server import RpcServer
from chassis.service import Service
from chassis.settings import ChassisSettings
from chassis.signals import Signals
from chassis.storage import Storage
from chassis.stream import connect, ensure_stream
from chassis.tokens import Tokens


class _Http(uvicorn.Server):
    """Signals are ours: uvicorn's own would close the doors before readiness turned red.

    It sleeps until it is told to leave: uvicorn's own looks ten times a second, idle or not.
    """

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def main_loop(self) -> None:
        await self.on_tick(0)  # the headers of every answer
        await self._leaving.wait()

    def leave(self) -> None:
        """Close the door, when what is in hand is answered."""
        self.should_exit = True
        self._leaving.set()


@asynccontextmanager
async def opened(service: Service) -> AsyncIterator[Context]:
    """The connections of one process, closed again in reverse order."""
    settings: ChassisSettings = service.settings
    telemetry.configure(settings)
    database = Database(settings)
    await database.open()
    nats = await connect(settings)
    redis = Redis.from_url(settings.redis_url, socket_timeout=0.5, socket_connect_timeout=0.5)
    if service.marks:
        database.mark = marking(redis, service.marks)
    channels = Channels(settings)
    context = Context(
        settings=settings, database=database,
        system=SystemWork(database, service.system_look_ups), tokens=Tokens(),
        channels=channels, crypto=database.crypto,
        redis=redis, nats=nats, rights=service.rights, key_rights=service.key_rights,
        storage=Storage(settings), peers=service.peers(channels),
    )  # fmt: skip
    try:
        yield context
    finally:
        await channels.close()
        await redis.aclose()
        await nats.close()
        await database.close()
        telemetry.shutdown()


async def serve(service: Service, role: str) -> None:
    """Run until SIGTERM or SIGINT, then drain: red first, doors, workers, the relay last."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with opened(service) as context, Revocations(context):
        await ensure_stream(context.nats, context.settings)
        process = Process(service, context, role)
        await process.start()
        await process.run_until(stop)
        await process.drain()


class Process:
    """The parts a role runs: `api` the doors, `worker` relay, consumers and jobs, `all` both."""

    def __init__(self, service: Service, context: Context, role: str) -> None:
        self.service, self.context = service, context
        self.has_doors, self.has_workers = role != "worker", role != "api"
        self.rpc = RpcServer(context, service.servicers if self.has_doors else ())
        self.http = _http(context, service if self.has_doors else None)
        self.signals = Signals(context.database)
        self.relay = Relay(context, self.signals)
        self.consumers = ConsumerRunner(context, service.consumers)
        self.jobs = JobRunner(context, self.signals, [*service.jobs, chores])
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        """Open the doors; the workers start beside them."""
        for hook in self.service.on_start:
            await hook(self.context)
        self.signals.attach()
        self.context.ready["started"] = True
        await self.rpc.start()
        self._tasks.append(asyncio.create_task(self.http.serve()))
        if self.has_workers:
            for part in (self.relay, self.consumers, self.jobs):
                self._tasks.append(asyncio.create_task(part.run()))

    async def run_until(self, stop: asyncio.Event) -> None:
        """Wait for the signal; a part that ends by itself ends the process."""
        stopped = asyncio.create_task(stop.wait())
        done, _ = await asyncio.wait([stopped, *self._tasks], return_when="FIRST_COMPLETED")
        for task in done - {stopped}:
            task.result()
        stopped.cancel()

    async def drain(self) -> None:
        """Finish what is in hand: balancers see red before a door closes."""
        self.context.draining = True
        await self.rpc.drain()
        await asyncio.sleep(self.context.chassis_settings.drain_seconds)
        self.http.leave()
        await self.rpc.stop()
        await self._tasks[0]
        if self.has_workers:
            await asyncio.gather(self.consumers.stop(), self.jobs.stop())
            await self.relay.stop()
        await asyncio.wait(self._tasks, timeout=10)


def _http(context: Context, service: Service | None) -> _Http:
    settings = context.chassis_settings
    routers = service.routers if service else ()
    app = create_app(context, routers, settings.service)
    return _Http(uvicorn.Config(
        app, host=settings.http_host, port=settings.http_port, http=Protocol, loop="none",
        lifespan="off", access_log=False, log_config=None, server_header=False, date_header=False,
        timeout_graceful_shutdown=20, proxy_headers=False,
        # Longer than the gateway keeps an idle connection: it must be the one to close it.
        timeout_keep_alive=30,
    ))  # fmt: skip
