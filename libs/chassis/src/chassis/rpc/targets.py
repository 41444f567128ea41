"""Where a peer's replicas are: DNS, or a file of addresses that is watched."""

import asyncio
import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc
import orjson
from google.protobuf.message import Message

from chassis.errors import Unavailable
from chassis.settings import ChassisSettings

ResponseT = TypeVar("ResponseT", bound=Message)
LOOK_EVERY: Final = 0.25
CLOSE_GRACE: Final = 5.0
_log = logging.getLogger("chassis.rpc")
# Time-outs are given with each call: those of a service config fire early.
_SERVICE_CONFIG: Final = json.dumps(
    {"loadBalancingConfig": [{"round_robin": {}}], "healthCheckConfig": {"serviceName": ""}}
)
_OPTIONS: Final[list[tuple[str, Any]]] = [
    ("grpc.service_config", _SERVICE_CONFIG),
    # A restarted replica is back in the rotation within a second; the defaults allow two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
    # A replica that hangs is noticed by its silence.
    ("grpc.keepalive_time_ms", 10_000),
    ("grpc.keepalive_timeout_ms", 2_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    ("grpc.max_receive_message_length", 16 * 1024 * 1024),
]


class Link:
    """The channel to one peer, made at the first call and replaced when its replicas change."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._target: str | None = None
        self._channel: grpc.aio.Channel | None = None
        self._callables: dict[str, Any] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def retarget(self, target: str | None) -> None:
        """Call there from now on; calls in flight finish where they are."""
        if target == self._target:
            return
        self._target = target
        old, self._channel = self._channel, None
        self._callables = {}
        if old is not None:
            task = asyncio.get_running_loop().create_task(old.close(CLOSE_GRACE))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def unary(self, path: str, response: type[ResponseT]) -> Any:
        """What makes a call; use it before the next await. Raises Unavailable without a target."""
        return self._callables.get(path) or self._make(path, response, streaming=False)

    def streaming(self, path: str, response: type[ResponseT]) -> Any:
        """The same for a method that answers with a stream."""
        return self._callables.get(path) or self._make(path, response, streaming=True)

    async def close(self) -> None:
        """Hang up; calls in flight have a moment to finish."""
        self.retarget(None)
        await asyncio.gather(*self._closing)

    def _make(self, path: str, response: type[ResponseT], *, streaming: bool) -> Any:
        if self._target is None:
            raise Unavailable(extra={"service": self.name})
        if self._channel is None:
            self._channel = grpc.aio.insecure_channel(self._target, _OPTIONS)
        make = self._channel.unary_stream if streaming else self._channel.unary_unary
        made = self._callables[path] = make(path, _to_wire, response.FromString)
        return made


class Targets:
    """Every peer's target by name; tells its listener when the file changed."""

    def __init__(self, settings: ChassisSettings, changed: Callable[[], None]) -> None:
        self._file = settings.peers_file
        self._by_name: dict[str, str] = dict(settings.peers)
        self._seen: tuple[int, int] | None = None
        self._changed = changed
        self.look()

    def of(self, name: str) -> str | None:
        """The gRPC target of a peer; None where it has no replica now."""
        return self._by_name.get(name)

    def look(self) -> None:
        """Read the file if it is another one than before; a broken one changes nothing."""
        if self._file is None or (stamp := _stamp(self._file)) in (None, self._seen):
            return
        self._seen = stamp
        try:
            listed: dict[str, list[str]] = orjson.loads(self._file.read_bytes())
            self._by_name = {n: "ipv4:" + ",".join(a) for n, a in listed.items() if a}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            _log.warning("the peers file cannot be read: %r", error)
            return
        self._changed()

    async def watch(self) -> None:
        """Look until cancelled."""
        while self._file is not None:
            await asyncio.sleep(LOOK_EVERY)
            self.look()


def _stamp(file: Path) -> tuple[int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _to_wire(message: Message) -> bytes:
    return message.SerializeToString()
