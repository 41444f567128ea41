"""How much strangers may ask for in a time: counted in Redis; without it all of it."""

import asyncio
import logging
from collections.abc import Mapping
from hashlib import sha256
from ipaddress import IPv6Address, IPv6Network
from typing import Final

from redis.exceptions import RedisError

from chassis.context import Context

_PATIENCE: Final = 0.3
_log = logging.getLogger(__name__)


async def is_within(context: Context, limits: Mapping[str, int], seconds: int) -> bool:
    """Count one under each key, and tell whether none has more than its limit in so many seconds.

    The first that has more is the last that is counted: put who asks before whom they ask, so that
    one of them alone uses up nothing of what is for all. Where Redis does not answer, nobody is
    refused.
    """
    try:
        async with asyncio.timeout(_PATIENCE):
            for key, most in limits.items():
                if await _count(context, key, seconds) > most:
                    return False
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("nobody is throttled, Redis does not answer: %r", error)
    return True


async def has_room(context: Context, key: str, name: str, most: int, seconds: int) -> bool:
    """Put a name among those under a key, for so many seconds; whether there are no more than
    `most` with it, else it is left out.

    What is there already stays so. Where Redis does not answer, nobody is refused.
    """
    now = context.database.clock().timestamp()
    try:
        async with asyncio.timeout(_PATIENCE):
            pipeline = context.redis.pipeline(transaction=True)
            pipeline.zremrangebyscore(key, "-inf", now)
            pipeline.zadd(key, {name: now + seconds}, nx=True)
            pipeline.zcard(key)
            for longest in ({"nx": True}, {"gt": True}):
                pipeline.expire(key, seconds, **longest)
            count = int((await pipeline.execute())[2])
            if count > most:
                await context.redis.zrem(key, name)
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("nobody is throttled, Redis does not answer: %r", error)
        return True
    return count <= most


async def leave(context: Context, key: str, name: str) -> None:
    """Take a name away from those under a key; where Redis does not answer, its time does."""
    try:
        async with asyncio.timeout(_PATIENCE):
            await context.redis.zrem(key, name)
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("a name stays until its time is over, Redis does not answer: %r", error)


def place_of(*parts: object) -> str:
    """A key for who asks from where: addresses of people are not kept readable in a cache.

    Of IPv6 the network of a line (/64) counts as one address, as it is one customer's.
    """
    return sha256(" ".join(_whose(str(part)) for part in parts).encode()).hexdigest()[:32]


def _whose(part: str) -> str:
    try:
        address = IPv6Address(part)
    except ValueError:
        return part
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), 64), strict=False))


async def _count(context: Context, key: str, seconds: int) -> int:
    pipeline = context.redis.pipeline(transaction=False)
    pipeline.incr(key)
    pipeline.expire(key, seconds, nx=True)
    return int((await pipeline.execute())[0])
