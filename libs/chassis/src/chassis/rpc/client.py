"""Questions to other services: signed, with a deadline, sent again only where that is safe."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Generic, Protocol

import grpc
import orjson
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2

from chassis import metrics, telemetry
from chassis.caller import Caller
from chassis.errors import Unavailable
from chassis.rpc.method import ResponseT, Streaming, Unary
from chassis.rpc.problem import RUNNING, failure_from, packed_problem
from chassis.rpc.signing import Signer, signer_of
from chassis.rpc.targets import Link, Targets
from chassis.settings import ChassisSettings
from chassis.work import Trail, UnitOfWork

PAUSES: Final = (0.05, 0.1, 0.2)
_HEALTH: Final = "/grpc.health.v1.Health/Check"


class Asker(Protocol):
    """Who asks, and what for; a unit of work is one."""

    @property
    def caller(self) -> Caller: ...

    @property
    def trail(self) -> Trail: ...


@dataclass(frozen=True, slots=True)
class Asking:
    """An asker without a unit of work, e.g. a job between two of them."""

    caller: Caller
    trail: Trail = field(default_factory=Trail)


class AskedTooLate(RuntimeError):
    """A peer was asked while a transaction is open: it would hold its locks for the answer."""


@dataclass(frozen=True, slots=True)
class _Question(Generic[ResponseT]):
    method: Unary[ResponseT]
    request: Message
    metadata: tuple[tuple[str, str], ...]
    deadline: float
    key: str | None

    def may_repeat(self, error: grpc.aio.AioRpcError, attempt: int) -> bool:
        """Whether an answer that stayed out may be asked for again."""
        if self.key is None and not self.method.safe:
            return False
        packed = packed_problem(error)
        if packed is None:
            return error.code() is grpc.StatusCode.UNAVAILABLE and attempt < len(PAUSES)
        # The first asking with this key still runs: its answer will be ours too.
        return self.key is not None and orjson.loads(packed)["code"] == RUNNING


class Peer:
    """Another service; its replicas share the calls in turn."""

    def __init__(self, link: Link, signer: Signer) -> None:
        self.name = link.name
        self._link = link
        self._signer = signer

    async def call(
        self, method: Unary[ResponseT], request: Message, by: Asker | None, *,
        key: str | None = None, within: float | None = None,
    ) -> ResponseT:  # fmt: skip
        """Ask, as `by` or (None) as this service itself; raises the peer's Failure or Unavailable.

        `key` makes an effect happen once however often it is asked for; only safe methods and
        calls with a key are sent again when the answer stays out, for `within` seconds in all.
        """
        deadline = time.monotonic() + (within or method.timeout)
        attributes = {"rpc.system": "grpc", "peer.service": self.name}
        started = time.perf_counter()
        with telemetry.client_span(method.path[1:], attributes):
            metadata = self._metadata(by, key)
            question = _Question(method, request, metadata, deadline, key)
            status = "OK"
            try:
                return await self._persist(question)
            except grpc.aio.AioRpcError as error:
                status = error.code().name
                raise failure_from(error, self.name) from None
            finally:
                metrics.call_made(method.path, status, time.perf_counter() - started)

    async def stream(
        self, method: Streaming[ResponseT], request: Message, by: Asker | None
    ) -> AsyncIterator[ResponseT]:
        """Ask for many messages; never sent again: the reader knows how far it came."""
        ask = self._link.streaming(method.path, method.response)
        call = ask(request, timeout=method.timeout, metadata=self._metadata(by, None))
        try:
            async for message in call:
                yield message
        except grpc.aio.AioRpcError as error:
            raise failure_from(error, self.name) from None
        finally:
            call.cancel()

    async def healthy(self, within: float = 1.0) -> bool:
        """Whether a replica says that it serves."""
        try:
            ask = self._link.unary(_HEALTH, health_pb2.HealthCheckResponse)
            answer = await ask(health_pb2.HealthCheckRequest(), timeout=within)
        except (grpc.aio.AioRpcError, Unavailable):
            return False
        return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)

    async def _persist(self, question: _Question[ResponseT]) -> ResponseT:
        attempt, told = 0, None
        while True:
            try:
                return await self._ask(question)
            except grpc.aio.AioRpcError as error:
                pause = PAUSES[min(attempt, len(PAUSES) - 1)]
                left = question.deadline - time.monotonic()
                if left <= pause or not question.may_repeat(error, attempt):
                    # The last try may have had no time: what was answered before it tells more.
                    is_late = error.code() is grpc.StatusCode.DEADLINE_EXCEEDED
                    raise (told if told and is_late else error) from None
                told = error
            await asyncio.sleep(pause)
            attempt += 1

    async def _ask(self, question: _Question[ResponseT]) -> ResponseT:
        # The link may have been replaced during a pause, so it is asked each time.
        ask = self._link.unary(question.method.path, question.method.response)
        left = max(question.deadline - time.monotonic(), 0.001)
        answer: ResponseT = await ask(question.request, timeout=left, metadata=question.metadata)
        return answer

    def _metadata(self, by: Asker | None, key: str | None) -> tuple[tuple[str, str], ...]:
        if isinstance(by, UnitOfWork) and by.has_begun:
            raise AskedTooLate(f"{self.name} must be asked before the first statement")
        trail = by.trail if by else Trail()
        given = {
            "authorization": f"Bearer {self._signer.sign(by.caller if by else None, self.name)}",
            "traceparent": telemetry.traceparent(), "idempotency-key": key,
            "x-request-id": trail.request_id, "x-cause": trail.cause, "x-depth": str(trail.depth),
        }  # fmt: skip
        return tuple((name, value) for name, value in given.items() if value is not None)


class Channels:
    """The links of one process to its peers; made inside the running loop."""

    def __init__(self, settings: ChassisSettings) -> None:
        self._signer = signer_of(settings)
        self._links: dict[str, Link] = {}
        self._targets = Targets(settings, self._retarget)
        self._watching = asyncio.get_running_loop().create_task(self._targets.watch())

    def peer(self, name: str) -> Peer:
        """Another service by name; connected to at the first call."""
        link = self._links.get(name)
        if link is None:
            link = self._links[name] = Link(name)
            link.retarget(self._targets.of(name))
        return Peer(link, self._signer)

    async def close(self) -> None:
        """Hang up everywhere."""
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        await asyncio.gather(*(link.close() for link in self._links.values()))

    def _retarget(self) -> None:
        for name, link in self._links.items():
            link.retarget(self._targets.of(name))
