"""The gRPC server of a process: its servicers, health and reflection."""

from collections.abc import Callable, Sequence
from typing import Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_reflection.v1alpha import reflection

from chassis.context import Context
from chassis.rpc.declare import Servicer, declared_by
from chassis.rpc.door import Door
from chassis.rpc.signing import signer_of

MOST_BYTES: Final = 16 * 1024 * 1024
_OPTIONS: Final[list[tuple[str, int]]] = [
    # Two processes on one port would share it silently.
    ("grpc.so_reuseport", 0),
    # Our clients ping every 10 s (client.py); the default answer to that is to hang up.
    ("grpc.http2.min_ping_interval_without_data_ms", 5_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_ping_strikes", 0),
    ("grpc.max_receive_message_length", MOST_BYTES),
]
# Behind DNS a client looks for new replicas only when it has to connect again.
_BEHIND_DNS: Final[list[tuple[str, int]]] = [
    ("grpc.max_connection_age_ms", 60_000),
    ("grpc.max_connection_age_grace_ms", 30_000),
]


class PortTaken(OSError):
    """Another process listens there."""


class RpcServer:
    """Serves every method of the servicers; one that declares no permission fails the start."""

    def __init__(
        self, context: Context, servicers: Sequence[Callable[[Context], Servicer]]
    ) -> None:
        settings = context.chassis_settings
        self._settings = settings
        self._health = health_aio.HealthServicer()
        self._server = grpc.aio.server(
            options=_OPTIONS + (_BEHIND_DNS if settings.peers else []),
        )
        door = Door(context, signer_of(settings))
        self._names = [_add(self._server, door, make(context)) for make in servicers]
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        own = (health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME)
        reflection.enable_server_reflection([*self._names, *own], self._server)

    async def start(self) -> int:
        """Listen; the port, also where the settings leave it open with 0. Raises PortTaken."""
        address = f"{self._settings.grpc_host}:{self._settings.grpc_port}"
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise PortTaken(f"cannot listen on {address}") from error
        for name in self._names:
            await self._health.set(name, health_pb2.HealthCheckResponse.SERVING)
        await self._server.start()
        return port

    async def drain(self) -> None:
        """Tell the clients to go elsewhere; calls that still come are answered."""
        await self._health.enter_graceful_shutdown()

    async def stop(self, grace: float = 10.0) -> None:
        """Take no new call, finish those in flight; what lasts longer than `grace` is cut."""
        await self._server.stop(grace)


def _add(server: grpc.aio.Server, door: Door, servicer: Servicer) -> str:
    name = servicer.contract.full_name
    handlers = {d.method.name: door.handler(d) for d in declared_by(servicer)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(name, handlers),))
    return name
