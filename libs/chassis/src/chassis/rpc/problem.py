"""A refusal on its way between two services: gRPC status and metadata, and back again."""

from typing import Any, Final

import grpc
import orjson

from chassis import errors
from chassis.errors import Failure, FieldError, Unavailable

METADATA: Final = "problem-bin"
RUNNING: Final = "idempotency_in_progress"
_MOST_ERRORS: Final = 20  # metadata is limited to 8 kB
_OF_STATUS: Final[dict[int, type[Failure]]] = {
    kind.status: kind
    for kind in (
        errors.Malformed, errors.Unauthenticated, errors.Forbidden, errors.NotFound,
        errors.Conflict, errors.Stale, errors.TooLarge, errors.Invalid, errors.TooMany,
        errors.Unavailable,
    )
}  # fmt: skip
_GONE: Final = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
    }
)  # fmt: skip


class Fault(Failure):
    """A fault of ours: logged where it happened, never explained to the caller."""

    status, grpc_status, title = 500, "INTERNAL", "Something went wrong on our side."
    code = "internal"


class PeerFault(Exception):
    """Another service has a fault; its own log tells which."""

    def __init__(self, peer: str, code: grpc.StatusCode, detail: str | None) -> None:
        super().__init__(f"{peer}: {code.name}: {detail}")


def pack(failure: Failure) -> bytes:
    """What the other side needs to say it again, in whatever language."""
    content = {
        "status": failure.status, "code": failure.code, "detail": failure.detail,
        "field": failure.field, "extra": failure.extra, "params": failure.params,
        "errors": [[e.field, e.code, e.message] for e in failure.errors[:_MOST_ERRORS]],
    }  # fmt: skip
    return orjson.dumps(content, default=str)


def unpack(packed: bytes) -> Failure:
    """The refusal, as the kind that fixes the same status."""
    content: dict[str, Any] = orjson.loads(packed)
    kind = _OF_STATUS[content["status"]]
    return kind(
        content["detail"], code=content["code"], field=content["field"],
        errors=tuple(FieldError(*e) for e in content["errors"]), extra=content["extra"],
        **content["params"],
    )  # fmt: skip


def failure_from(error: grpc.aio.AioRpcError, peer: str) -> Exception:
    """What an unsuccessful call means here: a refusal, a service that is not there, or a fault."""
    packed = packed_problem(error)
    if packed is not None and error.code() is not grpc.StatusCode.INTERNAL:
        failure = unpack(packed)
        if failure.status == Unavailable.status:
            failure.extra = {"service": peer, **failure.extra}
        # What was asked before has no answer yet: nothing is refused, it is to be asked again.
        return Unavailable(extra={"service": peer}) if failure.code == RUNNING else failure
    if error.code() in _GONE:
        return Unavailable(extra={"service": peer})
    return PeerFault(peer, error.code(), error.details())


def packed_problem(error: grpc.aio.AioRpcError) -> bytes | None:
    """What the other service itself said; None where it was never reached or fell silent."""
    for name, value in error.trailing_metadata() or ():
        if name == METADATA:
            return value if isinstance(value, bytes) else value.encode("latin-1")
    return None
