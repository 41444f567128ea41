"""A peer's method as its callers know it: where it is, what it answers, how it may be called."""

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from google.protobuf import descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

ResponseT = TypeVar("ResponseT", bound=Message)


@dataclass(frozen=True, slots=True)
class Unary(Generic[ResponseT]):
    """One question, one answer. `safe`: asking twice does no more than asking once."""

    path: str
    response: type[ResponseT]
    safe: bool
    timeout: float


@dataclass(frozen=True, slots=True)
class Streaming(Generic[ResponseT]):
    """One question, many messages; the time-out is for all of them together."""

    path: str
    response: type[ResponseT]
    timeout: float


def unary(
    name: str, response: type[ResponseT], *, safe: bool = False, timeout: float = 2.0
) -> Unary[ResponseT]:
    """`unary("diwan.clients.v1.ClientsService.GetClient", GetClientResponse, safe=True)`."""
    method = _find(name, response)
    if method.server_streaming:
        raise TypeError(f"{name} is streaming")
    return Unary(_path(method), response, safe, timeout)


def streaming(
    name: str, response: type[ResponseT], *, timeout: float = 600.0
) -> Streaming[ResponseT]:
    """A method that answers with a stream, e.g. a snapshot."""
    method = _find(name, response)
    if not method.server_streaming:
        raise TypeError(f"{name} is not streaming")
    return Streaming(_path(method), response, timeout)


def _find(name: str, response: type[Message]) -> MethodDescriptor:
    # The response's module is imported, so its file and its services are in the pool.
    method: Any = descriptor_pool.Default().FindMethodByName(name)
    if method.output_type.full_name != response.DESCRIPTOR.full_name:
        raise TypeError(f"{name} answers with {method.output_type.full_name}")
    found: MethodDescriptor = method
    return found


def _path(method: MethodDescriptor) -> str:
    return f"/{method.containing_service.full_name}/{method.name}"
