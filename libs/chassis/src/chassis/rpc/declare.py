"""How a feature's servicer declares who may call each of its methods."""

from collections.abc import Callable
from dataclasses import dataclass
from sys import modules
from typing import Any, Final, TypeVar

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

SIGNED_IN: Final = "signed_in"
SERVICE_ONLY: Final = "service_only"

FunctionT = TypeVar("FunctionT", bound=Callable[..., Any])


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


def declared_by(servicer: object) -> list[Declared]:
    """Every method of the servicer's contract; raises UndeclaredMethod at start, not later."""
    return [_declared(servicer, method) for method in contract_of(servicer).methods]


def contract_of(servicer: object) -> ServiceDescriptor:
    """The service of the proto, found by the generated class the servicer is made from."""
    for made_from in type(servicer).__mro__:
        if made_from.__module__.endswith("_pb2_grpc"):
            file = modules[made_from.__module__.removesuffix("_grpc")]
            name = made_from.__name__.removesuffix("Servicer")
            contract: ServiceDescriptor = file.__dict__["DESCRIPTOR"].services_by_name[name]
            return contract
    raise UndeclaredMethod(f"{type(servicer).__name__} is made from no generated servicer")


def _mark(kind: str, permission: str) -> Callable[[FunctionT], FunctionT]:
    def mark(function: FunctionT) -> FunctionT:
        function.__dict__["rpc"] = (kind, permission)
        return function

    return mark


def _declared(servicer: object, method: MethodDescriptor) -> Declared:
    function = getattr(servicer, method.name)
    kind, permission = getattr(function, "rpc", ("", ""))
    if not permission:
        raise UndeclaredMethod(f"{method.full_name} declares no permission")
    if method.client_streaming or kind != ("stream" if method.server_streaming else "unary"):
        raise UndeclaredMethod(f"{method.full_name} is declared {kind}, its proto says otherwise")
    return Declared(function, permission, method)
