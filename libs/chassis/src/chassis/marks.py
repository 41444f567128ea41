"""Marks of what has just changed, so that an answer of another service may be kept for a while.

Before a service commits a change it marks the thing with its new version, in Redis. Whoever kept an
answer about an older version asks again, so nobody misses a change that was answered for. While
Redis is away nothing is kept, and each time is asked.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar
from uuid import UUID, uuid4

from redis.exceptions import RedisError

from chassis.events import Event

if TYPE_CHECKING:
    from redis.asyncio import Redis

AnswerT = TypeVar("AnswerT")

_KEPT_SECONDS: Final = 300.0
# Whoever keeps an answer lets go of it long before the mark of a change is gone.
_MARKED_SECONDS: Final = 900
_PATIENCE: Final = 0.3
# Which life of Redis the marks are of: what was kept in another one may miss some.
_LIFE: Final = "marks:life"
# A mark only rises: whoever read an older version may come later.
_RAISE: Final = """
if tonumber(ARGV[1]) >= tonumber(redis.call('get', KEYS[1]) or '0') then
    redis.call('set', KEYS[1], ARGV[1], 'EX', ARGV[2])
end
"""
_AWAY: Final = (RedisError, OSError, TimeoutError)
_log = logging.getLogger(__name__)


def marking(redis: "Redis", types: tuple[str, ...]) -> Callable[[Sequence[Event]], Awaitable[None]]:
    """What marks the subjects of events whose types begin so; awaited before the commit."""

    async def mark(events: Sequence[Event]) -> None:
        changed = [one for one in events if one.type.startswith(types)]
        if not changed:
            return
        pipeline = redis.pipeline(transaction=False)
        for one in changed:
            key = _key(one.tenant_id, one.subject)
            pipeline.eval(_RAISE, 1, key, one.version, _MARKED_SECONDS)
        try:
            async with asyncio.timeout(_PATIENCE):
                await pipeline.execute()
        except _AWAY as error:
            _log.warning("a change is not marked, Redis does not answer: %r", error)

    return mark


@dataclass(frozen=True, slots=True)
class _Kept(Generic[AnswerT]):
    answer: AnswerT
    version: int
    at: float
    life: str


class Answers(Generic[AnswerT]):
    """Answers about things of tenants that this process keeps, five minutes at most.

    An answer may take four kilobytes: so many are eight megabytes of a process.
    """

    def __init__(self, redis: "Redis", *, most: int = 2_000) -> None:
        self._redis = redis
        self._most = most
        self._kept: OrderedDict[tuple[UUID, UUID], _Kept[AnswerT]] = OrderedDict()

    async def of(self, tenant_id: UUID, ids: Collection[UUID]) -> "Found[AnswerT]":
        """Those that still hold of these, and what keeps new ones."""
        at = time.monotonic()
        life, versions = await self._marks(tenant_id, list(ids))
        known = {one: self._kept[tenant_id, one] for one in ids if (tenant_id, one) in self._kept}
        holding = {
            one: kept.answer for one, kept in known.items()
            if kept.life == life and kept.at + _KEPT_SECONDS > at and kept.version >= versions[one]
        }  # fmt: skip
        return Found(self, tenant_id, holding, life, at)

    def keep(self, tenant_id: UUID, thing_id: UUID, kept: _Kept[AnswerT]) -> None:
        """Remember one; the oldest goes where there are too many."""
        self._kept[tenant_id, thing_id] = kept
        self._kept.move_to_end((tenant_id, thing_id))
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def _marks(self, tenant_id: UUID, ids: Sequence[UUID]) -> tuple[str, dict[UUID, int]]:
        """Which life of Redis this is, empty while it is away, and the versions marked in it."""
        try:
            async with asyncio.timeout(_PATIENCE):
                found = await self._redis.mget(_LIFE, *(_key(tenant_id, one) for one in ids))
                if found[0] is None:
                    await self._redis.set(_LIFE, uuid4().hex, nx=True)
        except _AWAY as error:
            _log.warning("no answer is kept, Redis does not answer: %r", error)
            return "", {}
        return _text(found[0]), {
            one: int(version or 0) for one, version in zip(ids, found[1:], strict=True)
        }


@dataclass(frozen=True, slots=True)
class Found(Generic[AnswerT]):
    """What was kept of what is asked for, as of a moment before anybody is asked."""

    of: Answers[AnswerT]
    tenant_id: UUID
    holding: dict[UUID, AnswerT]
    life: str
    at: float

    def keep(self, thing_id: UUID, version: int, answer: AnswerT) -> None:
        """Keep an answer that was asked for since."""
        if self.life:
            kept = _Kept(answer, version, self.at, self.life)
            self.of.keep(self.tenant_id, thing_id, kept)


def _key(tenant_id: UUID, thing_id: UUID) -> str:
    return f"mark:{tenant_id}:{thing_id}"


def _text(value: Any) -> str:
    return value.decode() if value else ""
