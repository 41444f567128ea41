"""Echo servers and peers of them, over real sockets."""

import json
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import grpc
import pytest

from chassis.caller import Caller
from chassis.ids import new_id
from chassis.rpc.client import Channels, Peer
from chassis.rpc.method import streaming, unary
from chassis.rpc.server import RpcServer
from libs.chassis.tests.rpc.echoing import (
    compile_echo,
    context_of,
    make_servicer,
    settings_of,
)


@pytest.fixture(scope="session")
def echo(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The contract: its messages, its methods as callers know them."""
    folder = tmp_path_factory.mktemp("echo")
    messages = compile_echo(folder)
    name, response = "diwan.echo.v1.EchoService.", messages.SayResponse
    return SimpleNamespace(
        folder=folder, messages=messages,
        say=unary(name + "Say", response, safe=True), change=unary(name + "Change", response),
        whole=unary(name + "Whole", response, safe=True),
        count=streaming(name + "Count", response),
        snapshot=streaming(name + "Snapshot", response),
        ask=lambda text: messages.SayRequest(text=text),
    )  # fmt: skip


@pytest.fixture
def user() -> Caller:
    """Somebody whom the echo service knows, with every right."""
    user_id = new_id()
    return Caller(new_id(), f"user:{user_id}", frozenset({"*"}), "all", user_id=user_id)


class World:
    """Echo replicas, the file that lists them, and a peer that follows it."""

    def __init__(self, echo: Any, user: Caller, folder: Path) -> None:
        self.echo, self.user, self.file = echo, user, folder / "peers.json"
        self.users = {user.user_id: user}
        self.heard: list[str] = []
        self.stack = AsyncExitStack()
        self.database: Any = None

    async def replica(self, name: str = "one") -> "Replica":
        """One more server of the echo service; not yet in the file."""
        servicer = make_servicer(self.echo.messages, name, self.heard)
        users: Any = self.users
        context = context_of(settings_of("echo"), users, self.database)
        server = RpcServer(context, [servicer])
        replica = Replica(server, await server.start())
        self.stack.push_async_callback(server.stop, 0)
        return replica

    def list(self, *ports: int) -> None:
        """Write who serves, as the launcher does: another file, renamed over the old one."""
        made = self.file.with_name(".peers.new")
        made.write_text(json.dumps({"echo": [f"127.0.0.1:{port}" for port in ports]}))
        os.replace(made, self.file)

    def channels(self, service: str = "caller", **settings: Any) -> Channels:
        """The links of a process of another service."""
        given = {"peers_file": self.file, **settings}
        channels = Channels(settings_of(service, **given))
        self.stack.push_async_callback(channels.close)
        return channels

    def peer(self, service: str = "caller", **settings: Any) -> Peer:
        """The echo service, as another service asks it."""
        return self.channels(service, **settings).peer("echo")


class Replica:
    """A server and where it listens."""

    def __init__(self, server: RpcServer, port: int) -> None:
        self.server, self.port = server, port


@pytest.fixture
async def world(echo: Any, user: Caller, tmp_path: Path) -> AsyncIterator[World]:
    """No replica yet."""
    made = World(echo, user, tmp_path)
    async with made.stack:
        yield made


@pytest.fixture
async def peer(world: World) -> Peer:
    """The echo service with one replica."""
    world.list((await world.replica()).port)
    return world.peer()


@pytest.fixture
def raw(echo: Any) -> Callable[..., Any]:
    """A call with metadata of one's own making, as a stranger would try it."""
    path = "/diwan.echo.v1.EchoService/"

    @asynccontextmanager
    async def connect(port: int) -> AsyncIterator[Any]:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield lambda method, **metadata: channel.unary_unary(
                path + method,
                echo.messages.SayRequest.SerializeToString,
                echo.messages.SayResponse.FromString,
            )(
                echo.ask("hello"), timeout=2,
                metadata=tuple((k.replace("_", "-"), v) for k, v in metadata.items()),
            )  # fmt: skip

    return connect
