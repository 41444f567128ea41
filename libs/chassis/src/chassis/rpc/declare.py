"""How a feature's servicer declares who may call each of its methods."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Protocol, TypeVar

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

SIGNED_IN: Final = "signed_in"
SERVICE_ONLY: Final = "service_only"

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


class Servicer(Protocol):
    """A feature's gRPC door; it inherits nothing, because its methods are given a unit of work.

    `contract = clients_pb2.DESCRIPTOR.services_by_name["ClientsService"]`
    """

    contract: ClassVar[ServiceDescriptor]


class UndeclaredMethod(TypeError):
    """A method of the proto that no servicer answers, or that declares no permission."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A method behind the door: the function, what it asks of its caller, its contract."""

    function: Callable[..., Any]
    permission: str
    method: MethodDescriptor

    @property
    def path(self) -> str:
        """As on the wire: `/diwan.clients.v1.ClientsService/GetClient`."""
        return f"/{self.method.containing_service.full_name}/{self.method.name}"


def rpc(permission: str) -> Callable[[FunctionT], FunctionT]:
    """`async def Method(self, work, request)` for callers with the permission.

    With SERVICE_ONLY only another service may call, in its own name; the method then gets the
    process's `Context` instead of a unit of work, because no tenant is named.
    """
    return _mark("unary", permission)


def rpc_stream(permission: str) -> Callable[[FunctionT], FunctionT]:
    """The same for an async generator of messages; each is sent as it is yielded."""
    return _mark("stream", permission)


def declared_by(servicer: Servicer) -> list[Declared]:
    """Every method of the servicer's contract; raises UndeclaredMethod at start, not later."""
    return [_declared(servicer, method) for method in servicer.contract.methods]


def _mark(kind: str, permission: str) -> Callable[[FunctionT], FunctionT]:
    def mark(function: FunctionT) -> FunctionT:
        function.__dict__["rpc"] = (kind, permission)
        return function

    return mark


def _declared(servicer: Servicer, method: MethodDescriptor) -> Declared:
    function: Any = getattr(servicer, method.name, None)
    kind, permission = getattr(function, "rpc", ("", ""))
    if not permission:
        raise UndeclaredMethod(f"{method.full_name} declares no permission")
    if method.client_streaming or kind != ("stream" if method.server_streaming else "unary"):
        raise UndeclaredMethod(f"{method.full_name} is declared {kind}, its proto says otherwise")
    return Declared(function, permission, method)
