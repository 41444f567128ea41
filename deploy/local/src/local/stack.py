"""The whole product on one machine: servers, services and gateway in one state folder."""

import asyncio
import functools
import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from local import databases, routing
from local.environment import PROCESS, service_environment
from local.keys import Secrets
from local.migrations import Migrations
from local.replicas import Replica, Service
from local.servers.forkserver import Forkserver
from local.servers.mailbox import Mailbox
from local.servers.nats import Nats
from local.servers.postgres import Postgres
from local.servers.server import NotStarted, Server
from local.servers.traefik import Traefik
from local.servers.valkey import Valkey
from local.supervisor import Supervisor
from local.together import together

SERVICES = (
    Service("edge"),
    Service("clients", path="/v1/clients"),
    Service("comms", path="/v1/messages"),
    Service("billing", path="/v1/taxes"),
    Service("memberships", path="/v1/credit-types"),
    Service("scheduling", path="/v1/actions"),
    Service("automation", path="/v1/flows"),
)
# What the gateway answers for a service that it has not found yet.
ABSENT = frozenset({0, 404, 502, 503, 504})
# The gateway and the services' gRPC channels have forgotten a replica after this time.
SETTLING = 1.0
READY_PATIENCE = 60.0


@dataclass(frozen=True)
class Options:
    """How a stack differs from the usual one.

    `environment` is per service, `*` for all and for the gateway. Without a `port` the gateway
    takes any free one, and also if the port is taken and not insisted on.
    """

    services: tuple[Service, ...] = SERVICES
    port: int = 0
    insist_on_port: bool = False
    durable: bool = True
    environment: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


class Stack:
    """Starts everything in readiness order, keeps it running, and stops it without a trace."""

    def __init__(
        self,
        folder: Path,
        options: Options | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.folder = folder
        self.options = options or Options()
        self.secrets = Secrets()
        self.ready_after: float | None = None
        self._say = say
        self._logs = folder / "logs"
        self._replicas: dict[str, list[Replica]] = {name: [] for name in self.names}
        self._in_rotation: set[Replica] = set()
        self._supervisor = Supervisor(say, lambda server: self._publish())
        self._make_servers()

    def _make_servers(self) -> None:
        folder, logs, options = self.folder, self._logs, self.options
        self.postgres = Postgres(
            folder / "postgres", logs / "postgres.log", durable=options.durable
        )
        self.nats = Nats(folder / "nats", logs / "nats.log")
        self.valkey = Valkey(folder / "valkey", logs / "valkey.log")
        self.mailbox = Mailbox(folder / "mail", logs / "mailbox.log")
        self.traefik = Traefik(
            folder / "traefik",
            logs / "traefik.log",
            port=options.port,
            insisted=options.insist_on_port,
            settings=options.environment.get("*", {}),
        )
        self.forkserver = Forkserver(logs / "forkserver.log", self._imports(), self._shared)
        servers = (
            self.postgres, self.nats, self.valkey, self.mailbox, self.traefik, self.forkserver,
        )  # fmt: skip
        self.servers: dict[str, Server] = {server.label: server for server in servers}

    def _imports(self) -> list[str]:
        wanted = [name for service in self.options.services for name in service.imports]
        return ["chassis.main", *wanted] if wanted else []

    def _shared(self) -> dict[str, str]:
        """What all services are forked with; each then finds its own environment."""
        state = {"DIWAN_STATE": str(self.folder)}
        return {**os.environ, **PROCESS, **state, **self.options.environment.get("*", {})}

    @property
    def names(self) -> list[str]:
        return [service.name for service in self.options.services]

    @property
    def url(self) -> str:
        return self.traefik.url

    @property
    def peers_file(self) -> Path:
        return self.folder / "peers.json"

    def replicas(self, name: str) -> tuple[Replica, ...]:
        return tuple(self._replicas[name])

    def everything(self) -> list[Server]:
        """All servers and replicas, in the order in which they were started."""
        return [*self.servers.values(), *(one for some in self._replicas.values() for one in some)]

    def database_url(self, name: str, role: str = "app") -> str:
        """For role owner, app or worker of a service; `superuser` sees everything."""
        if role == "superuser":
            return self.postgres.url(name)
        user = f"{name}_{role}"
        return self.postgres.url(name, user, self.secrets.database_passwords[user])

    def environment_of(self, name: str) -> dict[str, str]:
        """What the programs of this service find in their environment."""
        extra = {**self.options.environment.get("*", {}), **self.options.environment.get(name, {})}
        return {**os.environ, **service_environment(self, name), **extra}

    async def start(self) -> None:
        """Bring everything up; on failure the caller stops what is there."""
        began = time.monotonic()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        self.secrets = Secrets.load(self.folder / "secrets.json", self.names)
        self._publish()
        await together(self._start_server(server) for server in self.servers.values())
        passwords = self.secrets.database_passwords
        await databases.bootstrap(self.postgres, self.names, passwords)
        migrations = Migrations(self.postgres.folder / "migrated.json", self._logs, self.forkserver)
        await together(self._bring_up(service, migrations) for service in self.options.services)
        await self.wait_ready()
        self.ready_after = time.monotonic() - began

    async def stop(self) -> None:
        """Drain the services, then stop the servers; what was stored stays."""
        await self._supervisor.release_all()
        replicas = [one for some in self._replicas.values() for one in some]
        await asyncio.gather(*(replica.stop() for replica in replicas))
        await asyncio.gather(*(server.stop() for server in self.servers.values()))

    async def wait_ready(self, patience: float = READY_PATIENCE) -> None:
        """Until every replica and, through the gateway, the product as a whole is ready."""
        deadline = time.monotonic() + patience
        while not await self._is_ready():
            if time.monotonic() > deadline:
                raise NotStarted("the stack", f"not everything was ready in {patience:.0f} s")
            await asyncio.sleep(0.1)

    async def scale(self, name: str, count: int) -> None:
        """Add or take away replicas one by one, without a request being refused."""
        service = self._service(name)
        while len(self._replicas[name]) < count:
            await self._add(service)
        while len(self._replicas[name]) > count:
            await self._remove(self._replicas[name][-1])

    async def restart(self, name: str, index: int = 0) -> None:
        """Take a replica out of rotation, start it again, and put it back."""
        replica = self._replicas[name][index]
        await self._take_out(replica)
        await replica.stop()
        await self._put_in(replica)

    def kill(self, name: str, index: int = 0, number: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to a replica or, by its name, a server; it will be started again."""
        self._one(name, index).send(number)

    def pause(self, name: str, index: int = 0) -> None:
        self._one(name, index).pause()

    def resume(self, name: str, index: int = 0) -> None:
        self._one(name, index).resume()

    async def stop_server(self, name: str) -> None:
        """Stop one of the servers, as in an outage."""
        await self._supervisor.release(self.servers[name])
        await self.servers[name].stop()

    async def start_server(self, name: str) -> None:
        """Start it again, on its old port."""
        await self.servers[name].start()
        self._supervisor.keep(self.servers[name])

    async def _start_server(self, server: Server) -> None:
        await self.start_server(server.label)
        where = f" on port {server.port}" if server.ports else ""
        self._say(f"{server.label} is ready{where}")

    async def _bring_up(self, service: Service, migrations: Migrations) -> None:
        if await migrations.run(service, self.environment_of(service.name)):
            self._say(f"{service.name} has its newest schema")
        for _ in range(service.replicas):
            await self._add(service)

    async def _add(self, service: Service) -> None:
        taken = {replica.number for replica in self._replicas[service.name]}
        number = min(set(range(1, len(taken) + 2)) - taken)
        environment = functools.partial(self.environment_of, service.name)
        replica = Replica(service, number, self._logs, environment, self.forkserver)
        self._replicas[service.name].append(replica)
        try:
            await self._put_in(replica)
        except NotStarted:
            self._replicas[service.name].remove(replica)
            self._publish()
            raise
        self._say(f"{replica.label} is ready on port {replica.port}")

    async def _remove(self, replica: Replica) -> None:
        self._replicas[replica.service.name].remove(replica)
        await self._take_out(replica)
        await replica.stop()
        self._say(f"{replica.label} is stopped")

    async def _put_in(self, replica: Replica) -> None:
        await replica.start()
        self._in_rotation.add(replica)
        self._supervisor.keep(replica)
        self._publish()

    async def _take_out(self, replica: Replica) -> None:
        self._in_rotation.discard(replica)
        self._publish()
        await asyncio.sleep(SETTLING)
        await self._supervisor.release(replica)

    def _publish(self) -> None:
        rotation = {
            name: [replica for replica in some if replica in self._in_rotation]
            for name, some in self._replicas.items()
        }
        routing.write_servers(self.traefik.dynamic / "servers.yml", self.folder, rotation)
        routing.write_peers(self.peers_file, rotation)

    async def _is_ready(self) -> bool:
        answers = await asyncio.gather(*(server.is_ready() for server in self.everything()))
        return all(answers) and await self._is_reached()

    async def _is_reached(self) -> bool:
        """Whether the gateway knows them too: it looks at its files in its own time."""
        paths = [service.path for service in self.options.services if self.replicas(service.name)]
        found = await asyncio.gather(*(self.traefik.status_of(path) for path in paths))
        return ABSENT.isdisjoint(found) and await self.traefik.status_of("/readyz") == 200

    def _service(self, name: str) -> Service:
        for service in self.options.services:
            if service.name == name:
                return service
        raise ValueError(f"there is no service {name}; there are {', '.join(self.names)}")

    def _one(self, name: str, index: int) -> Server:
        return self.servers[name] if name in self.servers else self._replicas[name][index]

    async def __aenter__(self) -> Self:
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
