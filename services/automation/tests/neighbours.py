"""The services above automation, over real gRPC with real idempotency keys."""

import asyncio
import json
import os
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import asyncpg
from diwan.clients.v1 import clients_pb2
from diwan.comms.v1 import messages_pb2
from google.protobuf.descriptor import ServiceDescriptor

from automation.app import build
from automation.settings import Settings
from chassis.caller import Caller
from chassis.context import Context
from chassis.errors import Unavailable
from chassis.ids import new_id
from chassis.rpc.declare import SERVICE_ONLY, rpc, rpc_stream
from chassis.rpc.server import RpcServer
from chassis.runtime import opened
from chassis.service import Service
from chassis.settings import ChassisSettings
from chassis.testing.databases import Databases
from chassis.testing.harness import environment
from chassis.work import UnitOfWork
from local.servers.backing import BackingServers

Json = dict[str, Any]


@dataclass
class Plan:
    """What the neighbours are to do: call `strike` before or after an effect, once."""

    method: str = ""
    moment: str = ""
    strike: Callable[[], None] = lambda: None
    heard: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)

    def client(self, client_id: str) -> clients_pb2.Client:
        """The one client there is."""
        return clients_pb2.Client(id=client_id, version=2, name="سارة", tags=self.tags)

    def hear(self, work: UnitOfWork, method: str, client_id: str) -> None:
        """Note the call and make its effect: an audit row, in the transaction of the call."""
        self.heard.append(method)
        if self._is_due(method, "before"):
            self.strike()
            raise Unavailable()
        work.audit(method, "effects", UUID(client_id), {})
        if self._is_due(method, "after"):
            work.after_commit(self.strike)

    def _is_due(self, method: str, moment: str) -> bool:
        if (method, moment) != (self.method, self.moment):
            return False
        self.method = ""
        return True


class Clients:
    """Stands for the clients service."""

    contract: ClassVar[ServiceDescriptor] = clients_pb2.DESCRIPTOR.services_by_name[
        "ClientsService"
    ]

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @rpc("clients:read")
    async def GetClient(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.heard.append("GetClient")
        return clients_pb2.GetClientResponse(client=self._plan.client(request.client_id))

    @rpc("clients:read")
    async def GetClients(self, work: UnitOfWork, request: Any) -> Any:
        return clients_pb2.GetClientsResponse(clients=[
            clients_pb2.FoundClient(asked_id=one, client=self._plan.client(one))
            for one in request.client_ids
        ])  # fmt: skip

    @rpc("clients:read")
    async def FindClients(self, work: UnitOfWork, request: Any) -> Any:
        return clients_pb2.FindClientsResponse()

    @rpc("clients:read")
    async def ListVisibleClients(self, work: UnitOfWork, request: Any) -> Any:
        return clients_pb2.ListVisibleClientsResponse(client_ids=request.client_ids)

    @rpc("clients:write")
    async def CreateClient(self, work: UnitOfWork, request: Any) -> Any:
        return clients_pb2.CreateClientResponse(client=self._plan.client(request.id))

    @rpc("clients:write")
    async def TagClient(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.hear(work, "TagClient", request.client_id)
        self._plan.tags = list(request.add)
        return clients_pb2.TagClientResponse(client=self._plan.client(request.client_id))

    @rpc("clients:write")
    async def ChangeStatus(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.hear(work, "ChangeStatus", request.client_id)
        return clients_pb2.ChangeStatusResponse(client=self._plan.client(request.client_id))

    @rpc("clients:write")
    async def MoveClient(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.hear(work, "MoveClient", request.client_id)
        return clients_pb2.MoveClientResponse(client=self._plan.client(request.client_id))

    @rpc_stream(SERVICE_ONLY)
    async def SnapshotClients(self, context: Context, request: Any) -> Any:
        for nothing in list[Any]():
            yield nothing

    @rpc_stream(SERVICE_ONLY)
    async def SnapshotFolderAccess(self, context: Context, request: Any) -> Any:
        for nothing in list[Any]():
            yield nothing


class Messages:
    """Stands for communications."""

    contract: ClassVar[ServiceDescriptor] = messages_pb2.DESCRIPTOR.services_by_name[
        "MessagesService"
    ]

    def __init__(self, plan: Plan) -> None:
        self._plan = plan

    @rpc("comms:write")
    async def SendMessage(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.hear(work, "SendMessage", request.client_id)
        return messages_pb2.SendMessageResponse(message_id=str(new_id()), status="queued")

    @rpc("comms:write")
    async def Notify(self, work: UnitOfWork, request: Any) -> Any:
        self._plan.hear(work, "Notify", request.client_id)
        return messages_pb2.NotifyResponse(notification_ids=[str(new_id())])


@dataclass
class World:
    """A database of automation, its neighbours, and processes that can be killed."""

    settings: Settings
    neighbours: ChassisSettings
    plan: Plan
    peers_file: Path
    processes: list[Process] = field(default_factory=list)

    async def start(self, role: str = "worker") -> Process:
        """Another process of automation."""
        with (self.peers_file.parent / f"{len(self.processes)}.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "automation", role, env=_environment(self), stderr=log
            )
        self.processes.append(process)
        return process

    def kill(self) -> None:
        """As the kernel does it: nothing is finished, nothing is said."""
        self.processes[-1].kill()

    async def effects(self) -> list[str]:
        """What the neighbours committed, in the order made."""
        connection = await asyncpg.connect(self.neighbours.database_owner_url.get_secret_value())
        try:
            rows = await connection.fetch(
                "select action from audit_log where entity = 'effects' order by at, id"
            )
        finally:
            await connection.close()
        return [row["action"] for row in rows]

    async def close(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.kill()
            await process.wait()


@asynccontextmanager
async def world(
    databases: Databases, servers: BackingServers, folder: Path
) -> AsyncIterator[World]:
    """Two databases: automation's, and one that the neighbours share."""
    plan = Plan()
    mine = await _settings(databases, servers, Settings)
    theirs = await _settings(databases, servers, Settings)
    ports = {}
    async with _context(theirs, "clients") as clients, _context(theirs, "comms") as comms:
        doors = {
            "clients": RpcServer(clients, [lambda _: Clients(plan)]),
            "comms": RpcServer(comms, [lambda _: Messages(plan)]),
        }
        for name, door in doors.items():
            ports[name] = [f"127.0.0.1:{await door.start()}"]
        peers_file = folder / "peers.json"
        peers_file.write_text(json.dumps(ports))
        made = World(mine, theirs, plan, peers_file)
        try:
            yield made
        finally:
            await made.close()
            for door in doors.values():
                await door.stop(0)


async def _settings(
    databases: Databases, servers: BackingServers, kind: type[Settings]
) -> Settings:
    nowhere = environment(await databases.empty("automation"), servers.nats.url, servers.valkey.url)
    plan = build(kind(**nowhere))
    urls = await databases.create("automation", plan.migrations, plan.metadata)
    return kind(**environment(urls, servers.nats.url, servers.valkey.url), grpc_port=0)


@asynccontextmanager
async def _context(settings: Settings, name: str) -> AsyncIterator[Context]:
    async def rights(_: Context, tenant_id: UUID, user_id: UUID) -> Caller:
        everything = frozenset({"*"})
        return Caller(tenant_id, f"user:{user_id}", everything, "all", user_id=user_id)

    async def key_rights(_: Context, __: str) -> None:
        return None

    service = Service(
        settings=settings.model_copy(update={"service": name}), metadata=(), migrations=Path(),
        rights=rights, key_rights=key_rights,
    )  # fmt: skip
    async with opened(service) as context:
        yield context


def _environment(of: World) -> dict[str, str]:
    given = {
        "DATABASE_OWNER_URL": of.settings.database_owner_url.get_secret_value(),
        "DATABASE_APP_URL": of.settings.database_app_url.get_secret_value(),
        "DATABASE_WORKER_URL": of.settings.database_worker_url.get_secret_value(),
        "NATS_URL": of.settings.nats_url, "REDIS_URL": of.settings.redis_url,
        "SERVICE_KEY": of.settings.service_key.get_secret_value(),
        "MASTER_KEYS": of.settings.master_keys.get_secret_value(),
        "PEERS_FILE": str(of.peers_file), "DRAIN_SECONDS": "0", "HTTP_PORT": "0",
        "GRPC_PORT": "0", "LOG_LEVEL": "WARNING",
    }  # fmt: skip
    return dict(os.environ) | {f"DIWAN_{name}": value for name, value in given.items()}
