"""Failed sign-ins, sign-ups and mails, counted in Redis; without Redis nobody is held up."""

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any, Final, TypeVar

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.aio.storage import RedisStorage
from limits.aio.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from chassis.context import Context
from edge.throttles.rules import Kind, TooManyFailures, TooOften, is_signed_in

_PATIENCE: Final = 0.5
# A Redis that hangs costs its patience a few times and then not for a while; a single slow answer
# opens nothing, or a flood of sign-ins would switch off what holds it up.
_TRIES: Final = 5
_REST: Final = 5.0
_KNOWN_DAYS: Final = 60
_AT_ONCE: Final = 16
_log = logging.getLogger(__name__)
ResultT = TypeVar("ResultT")


class Throttles:
    """Counts failures only, so that a right password is never used up.

    Failures hold up the address they come from, for that account: nobody locks another out. From
    all addresses together an account takes more, because a password is guessed from many at once;
    then it rests for all but those from which it was signed in to lately.
    """

    def __init__(self, settings: Any) -> None:
        minutes = settings.throttle_minutes
        self._account = RateLimitItemPerMinute(settings.throttle_account, minutes, "account")
        self._anywhere = RateLimitItemPerMinute(settings.throttle_anywhere, minutes, "anywhere")
        self._address = RateLimitItemPerMinute(settings.throttle_address, minutes, "address")
        self._known = RateLimitItemPerDay(1, _KNOWN_DAYS, "known")
        self._hourly: dict[Kind, RateLimitItem] = {
            "sign_ups": RateLimitItemPerHour(settings.sign_ups_per_address),
            "mails_of": RateLimitItemPerHour(settings.mails_per_tenant),
            "mails_to": RateLimitItemPerHour(settings.mails_per_recipient),
            "mails_asked": RateLimitItemPerHour(settings.mails_per_address),
        }
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
        window, here = self._limiter.get_window_stats, _key(account, address)
        found = await self._ask(
            lambda: asyncio.gather(
                window(self._account, here), window(self._address, _key(address)),
                window(self._anywhere, _key(account)), window(self._known, here),
            )
        )  # fmt: skip
        if found is None:
            return
        *counted, known = found
        if known.remaining <= 0 or is_signed_in(address):
            counted.pop()
        if spent := [one.reset_time for one in counted if one.remaining <= 0]:
            raise TooManyFailures(extra={"retry_after": _until(max(spent))})

    async def count_failure(self, account: str, address: str) -> None:
        """Remember a wrong password or an unknown account."""
        hit = self._limiter.hit
        await self._ask(
            lambda: asyncio.gather(
                hit(self._account, _key(account, address)), hit(self._address, _key(address)),
                hit(self._anywhere, _key(account)),
            )
        )  # fmt: skip

    async def forgive(self, account: str, address: str) -> None:
        """The right password clears the failures from there, and what others try does not count
        there from now on; the address keeps its failures with other accounts."""
        here = _key(account, address)
        await self._ask(
            lambda: asyncio.gather(
                self._limiter.clear(self._account, here), self._limiter.hit(self._known, here)
            )
        )

    async def forgive_anywhere(self, account: str) -> None:
        """Another password: what was guessed before is worth nothing."""
        await self._ask(lambda: self._limiter.clear(self._anywhere, _key(account)))

    async def spend(self, kind: Kind, key: str) -> None:
        """Take one of so many in an hour; raises TooOften."""
        item, counted = self._hourly[kind], _key(kind, key)
        if await self._ask(lambda: self._limiter.hit(item, counted)) is not False:
            return
        window = await self._ask(lambda: self._limiter.get_window_stats(item, counted))
        raise TooOften(extra={"retry_after": _until(window.reset_time) if window else 60})

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


def _key(*texts: str) -> str:
    """Addresses of people are not kept readable in a cache."""
    return sha256("\0".join(texts).encode()).hexdigest()[:32]


def _until(instant: float) -> int:
    return max(1, math.ceil(instant - time.time()))
