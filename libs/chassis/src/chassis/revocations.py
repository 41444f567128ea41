"""Signing keys and revocations, shared by every process through the NATS bucket `identity`."""

import asyncio
import logging
import time
from types import TracebackType
from typing import Any, Final, Self

import orjson
from joserfc.jwk import KeySetSerialization
from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription
from nats.errors import Error as NatsError
from nats.js.errors import NotFoundError

from chassis.context import Context
from chassis.errors import Unavailable
from chassis.stream import IDENTITY_BUCKET, bucket

KEYS: Final = "jwks"
# Longer than any access token lives, so that a mark goes away with the last token it voids.
KEPT_SECONDS: Final = 900
_SUBJECT: Final = f"$KV.{IDENTITY_BUCKET}."
_READ_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 1.0
_REREAD_SECONDS: Final = 30.0

_log = logging.getLogger(__name__)


async def publish_keys(nats: Nats, jwks: KeySetSerialization) -> None:
    """Tell every process which keys sign access tokens now; raises Unavailable."""
    await _put(nats, KEYS, orjson.dumps(jwks), None)


async def revoke(nats: Nats, mark: str, before: float) -> None:
    """Void what was issued to a mark (see `Tokens`) before an instant; raises Unavailable."""
    await _put(nats, mark, repr(before).encode(), KEPT_SECONDS)


async def _put(nats: Nats, key: str, value: bytes, lifetime: float | None) -> None:
    # While NATS is away its client would hold the message back until the time-out.
    if not nats.is_connected:
        raise Unavailable()
    try:
        await nats.jetstream().publish(_SUBJECT + key, value, timeout=2, msg_ttl=lifetime)
    except (NatsError, OSError, TimeoutError) as error:
        raise Unavailable() from error


class Revocations:
    """Keeps a process's `Tokens` up to date; use it with `async with`.

    A plain subscription hears every change, since a bucket's changes travel on its subjects, and
    outlives any restart of NATS. What was said while it was away is read again after each
    reconnect, and now and then in any case.
    """

    def __init__(self, context: Context) -> None:
        self._nats = context.nats
        self._tokens = context.tokens
        self._replicas = getattr(context.settings, "nats_replicas", 1)
        self._subscription: Subscription | None = None
        self._following: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._subscription = await self._nats.subscribe(_SUBJECT + ">", cb=self._hear)
        await self.read()
        self._following = asyncio.create_task(self._follow())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
        if self._subscription is not None and not self._nats.is_closed:
            await self._subscription.unsubscribe()

    async def read(self) -> None:
        """Take over everything that stands in the bucket."""
        found = await bucket(self._nats.jetstream(), IDENTITY_BUCKET, self._replicas)
        watcher: Any = await found.watchall(ignore_deletes=True)
        try:
            while (entry := await watcher.updates(timeout=_READ_SECONDS)) is not None:
                self._learn(entry.key, entry.value or b"")
        finally:
            await watcher.stop()
        self._tokens.forget_revocations(time.time() - KEPT_SECONDS)

    async def _follow(self) -> None:
        read_at, reconnects = time.monotonic(), self._nats.stats["reconnects"]
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            is_back = self._nats.stats["reconnects"] != reconnects
            if not is_back and time.monotonic() - read_at < _REREAD_SECONDS:
                continue
            seen = self._nats.stats["reconnects"]
            try:
                await self.read()
            except (NatsError, NotFoundError, OSError, TimeoutError) as error:
                _log.warning("the bucket of revocations cannot be read: %r", error)
                continue
            read_at, reconnects = time.monotonic(), seen

    async def _hear(self, message: Msg) -> None:
        self._learn(message.subject.removeprefix(_SUBJECT), message.data)

    def _learn(self, key: str, value: bytes) -> None:
        if not value:  # a mark that went away by age
            return
        try:
            if key == KEYS:
                self._tokens.learn_keys(orjson.loads(value))
            else:
                self._tokens.revoke(key, float(value))
        except (ValueError, KeyError, TypeError) as error:
            _log.error("the bucket of revocations holds nonsense under %s: %r", key, error)
