"""How many runs a flow may begin in a minute, counted in Redis for all processes together."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from uuid import UUID

from redis.asyncio import Redis
from redis.exceptions import RedisError

_MINUTE = 60.0
_MOST_FLOWS = 10_000
_SILENCE_SECONDS = 5.0


@dataclass(slots=True)
class _Permits:
    minute: int
    left: int = 0
    # Runs begin together: one of them asks for all.
    asking: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pace:
    """Permits are taken in handfuls, so that a busy flow costs Redis little.

    Losing Redis lets every run begin: a cap that stops the product would be worse than none.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._handful = max(1, min(100, per_minute // 50))
        self._permits: OrderedDict[UUID, _Permits] = OrderedDict()
        self._silent_until = 0.0

    async def wait_before(self, redis: Redis, flow_id: UUID) -> float:
        """Seconds until the flow may begin another run; 0 where it may now."""
        now = time.time()
        minute = int(now // _MINUTE)
        permits = self._permits.get(flow_id)
        if permits is None or permits.minute != minute:
            permits = self._permits[flow_id] = _Permits(minute)
            self._permits.move_to_end(flow_id)
            if len(self._permits) > _MOST_FLOWS:
                self._permits.popitem(last=False)
        if permits.left <= 0:
            async with permits.asking:
                if permits.left <= 0:
                    permits.left += await self._take(redis, flow_id, minute)
        if permits.left <= 0:
            return _MINUTE - now % _MINUTE
        permits.left -= 1
        return 0.0

    async def _take(self, redis: Redis, flow_id: UUID, minute: int) -> int:
        if time.monotonic() < self._silent_until:
            return self._handful
        key = f"automation:pace:{flow_id}:{minute}"
        try:
            async with redis.pipeline(transaction=False) as pipe:
                pipe.incrby(key, self._handful)
                pipe.expire(key, 120)
                taken, _ = await pipe.execute()
        except (RedisError, OSError, TimeoutError):
            self._silent_until = time.monotonic() + _SILENCE_SECONDS
            return self._handful
        over = max(0, int(taken) - self._per_minute)
        return max(0, self._handful - over)
