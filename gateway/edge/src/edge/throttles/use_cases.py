"""Failed sign-ins, counted in Redis per account and per address; without Redis all may try."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final, TypeVar

from limits import RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from chassis.context import Context
from edge.throttles.rules import TooManyFailures

_PATIENCE: Final = 0.5
# A Redis that hangs costs its patience a few times and then not for a while; a single slow answer
# opens nothing, or a flood of sign-ins would switch off what holds it up.
_TRIES: Final = 5
_REST: Final = 5.0
_AT_ONCE: Final = 16
_log = logging.getLogger(__name__)
ResultT = TypeVar("ResultT")


class Throttles:
    """Counts failures only, so that a right password is never used up.

    An account rests for every address, its owner's too: a password is guessed from many at once.
    """

    def __init__(self, settings: Any) -> None:
        minutes = settings.throttle_minutes
        self._account = RateLimitItemPerMinute(
            settings.throttle_account, minutes, "sign-in-account"
        )
        self._address = RateLimitItemPerMinute(
            settings.throttle_address, minutes, "sign-in-address"
        )
        storage = RedisStorage(
            f"async+{settings.redis_url}", implementation="redispy", key_prefix="edge-sign-in",
            socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE,
        )  # fmt: skip
        self._limiter = FixedWindowRateLimiter(storage)
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._misses = 0
        self._rests_until = 0.0

    async def check(self, account: str, address: str) -> None:
        """Refuse before a password is even looked at; raises TooManyFailures."""
        window = self._limiter.get_window_stats
        found = await self._ask(
            lambda: asyncio.gather(
                window(self._account, _key(account)), window(self._address, _key(address))
            )
        )
        spent = [one.reset_time for one in found or () if one.remaining <= 0]
        if spent:
            wait = max(1, math.ceil(max(spent) - time.time()))
            raise TooManyFailures(extra={"retry_after": wait})

    async def count_failure(self, account: str, address: str) -> None:
        """Remember a wrong password or an unknown account."""
        hit = self._limiter.hit
        await self._ask(
            lambda: asyncio.gather(
                hit(self._account, _key(account)), hit(self._address, _key(address))
            )
        )

    async def forgive(self, account: str) -> None:
        """The right password clears the account's failures; the address keeps its own."""
        await self._ask(lambda: self._limiter.clear(self._account, _key(account)))

    async def _ask(self, ask: Callable[[], Awaitable[ResultT]]) -> ResultT | None:
        async with self._places:
            if time.monotonic() < self._rests_until:
                return None
            try:
                async with asyncio.timeout(_PATIENCE):
                    answer = await ask()
            except (RedisError, OSError, TimeoutError) as error:
                self._miss(error)
                return None
            self._misses = 0
            return answer

    def _miss(self, error: Exception) -> None:
        self._misses += 1
        if self._misses >= _TRIES:
            self._misses, self._rests_until = 0, time.monotonic() + _REST
        _log.warning("a sign-in is not throttled, Redis does not answer: %r", error)


async def start(context: Context) -> None:
    """Make the counters of this process."""
    context.keep(Throttles(context.settings))


def _key(text: str) -> str:
    """Addresses of people are not kept readable in a cache."""
    return sha256(text.encode()).hexdigest()[:32]
