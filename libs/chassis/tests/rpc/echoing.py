"""The echo service of these tests: its contract compiled, its servicer, its process."""

import asyncio
import importlib
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

from grpc_tools import protoc  # type: ignore[import-untyped]

from chassis import telemetry
from chassis.caller import Caller
from chassis.context import Context
from chassis.database import Database
from chassis.errors import Invalid, NotFound, Unavailable
from chassis.rpc.declare import SERVICE_ONLY, rpc, rpc_stream
from chassis.rpc.server import RpcServer
from chassis.settings import ChassisSettings
from chassis.tokens import Tokens
from chassis.work import Trail, UnitOfWork

HERE = Path(__file__).parent
KEY = "a key that all services of these tests share"


class TextTooLong(Invalid):
    """A refusal of a feature, with a value in its text."""

    code = "text_too_long"
    detail = "At most {most} characters are allowed."


def compile_echo(folder: Path) -> Any:
    """The generated module, importable from a place in `folder` that is this process's own."""
    # Replicas begin together: none reads what another is still writing.
    own = folder / str(os.getpid())
    own.mkdir(exist_ok=True)
    made = protoc.main(["protoc", f"-I{HERE}", f"--python_out={own}", str(HERE / "echo.proto")])
    assert made == 0
    sys.path.insert(0, str(own))
    return importlib.import_module("echo_pb2")


class PaperDatabase(Database):
    """Makes units of work that never come to a statement."""

    def work(self, caller: Caller, *, role: str = "app", trail: Trail | None = None) -> UnitOfWork:
        return UnitOfWork(self, None, caller, trail or Trail())  # type: ignore[arg-type]


def settings_of(service: str, **values: Any) -> ChassisSettings:
    nowhere = "postgresql://nobody@127.0.0.1:1/none"
    given = {
        "service": service, "database_owner_url": nowhere, "database_app_url": nowhere,
        "database_worker_url": nowhere, "nats_url": "", "redis_url": "", "service_key": KEY,
        "master_keys": "", "grpc_port": 0,
    }  # fmt: skip
    return ChassisSettings.model_validate(given | values)


def context_of(
    settings: ChassisSettings, users: dict[UUID, Caller], database: Any = None
) -> Context:
    async def rights(_: Context, tenant_id: UUID, user_id: UUID) -> Caller | None:
        user = users.get(user_id)
        return user if user and user.tenant_id == tenant_id else None

    nothing: Any = None
    return Context(
        settings=settings, database=database or PaperDatabase(settings), system=nothing,
        tokens=Tokens(), channels=nothing, crypto=nothing, redis=nothing, nats=nothing,
        rights=rights, key_rights=nothing, storage=nothing,
    )  # fmt: skip


class Echo:
    """The servicer, less the messages that exist only once they are compiled."""

    contract: ClassVar[Any]
    response: Any
    name: str
    heard: list[str]

    def __init__(self, context: Context) -> None:
        self.context = context

    @rpc("echo:read")
    async def Say(self, work: UnitOfWork, request: Any) -> Any:
        return await self.answer(work, request)

    @rpc("echo:write")
    async def Change(self, work: UnitOfWork, request: Any) -> Any:
        return await self.answer(work, request)

    @rpc(SERVICE_ONLY)
    async def Whole(self, context: Context, request: Any) -> Any:
        return self.response(text=request.text, served_by=context.service)

    @rpc_stream("echo:read")
    async def Count(self, work: UnitOfWork, request: Any) -> AsyncIterator[Any]:
        for number in range(int(request.text)):
            yield self.response(text=str(number), tenant_id=str(work.tenant_id))
        raise NotFound()

    @rpc_stream(SERVICE_ONLY)
    async def Snapshot(self, context: Context, request: Any) -> AsyncIterator[Any]:
        for number in range(int(request.text)):
            yield self.response(text=str(number), served_by=context.service)

    async def answer(self, work: UnitOfWork, request: Any) -> Any:
        if not isinstance(self.context.database, PaperDatabase):
            await work.connection()
        self.heard.append(request.text)
        await behave(work, request.text)
        caller, trail = work.caller, work.trail
        return self.response(
            text=request.text, served_by=self.name, principal=caller.principal,
            tenant_id=str(work.tenant_id), cause=trail.cause, depth=trail.depth,
            request_id=trail.request_id, trace_id=telemetry.trace_id(), locale=caller.locale,
        )  # fmt: skip


def make_servicer(messages: Any, name: str, heard: list[str]) -> type[Echo]:
    """A servicer class of the compiled contract; `heard` notes what was asked of it."""
    contract = messages.DESCRIPTOR.services_by_name["EchoService"]
    known = {"contract": contract, "response": messages.SayResponse, "name": name, "heard": heard}
    return type("EchoServicer", (Echo,), known)


async def behave(work: UnitOfWork, text: str) -> None:
    """Misbehave as the text says."""
    match text.partition(" ")[0]:
        case "slow":
            await asyncio.sleep(float(text.partition(" ")[2]))
        case "long":
            raise TextTooLong(most=7, field="text", extra={"limit": 7})
        case "hidden":
            raise NotFound()
        case "visible":
            work.authorize()
        case "gone":
            raise Unavailable()
        case "broken":
            raise RuntimeError("the password is hunter2")


async def replica(folder: Path, name: str, tenant_id: UUID, user_id: UUID) -> None:
    """A replica as a process of its own: tells its port, then what it is asked, line by line."""
    user = Caller(tenant_id, f"user:{user_id}", frozenset({"*"}), "all", user_id=user_id)

    class Told(list[str]):
        def append(self, text: str) -> None:
            print(text, flush=True)  # noqa: T201

    servicer = make_servicer(compile_echo(folder), name, Told())
    context = context_of(settings_of("echo"), {user_id: user})
    server = RpcServer(context, [servicer])
    print(await server.start(), flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    where, called, tenant, person = sys.argv[1:]
    asyncio.run(replica(Path(where), called, UUID(tenant), UUID(person)))
