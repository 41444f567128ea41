"""How many answers are taken in a minute: counted in Redis; without it all are."""

import asyncio
import logging
from hashlib import sha256
from typing import Final
from uuid import UUID

from redis.exceptions import RedisError

from chassis.context import Context
from clients.forms import rules

_SECONDS: Final = 60
_PATIENCE: Final = 0.3
_log = logging.getLogger(__name__)


async def check(context: Context, form_id: UUID, address: str) -> None:
    """Count an answer; raises TooManyAnswers."""
    # Addresses of people are not kept readable in a cache.
    place = sha256(f"{form_id} {address}".encode()).hexdigest()[:32]
    limits = {f"forms:{place}": rules.PER_ADDRESS, f"forms:{form_id}": rules.PER_FORM}
    try:
        async with asyncio.timeout(_PATIENCE):
            counted = await _count(context, list(limits))
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("an answer to a form is not throttled, Redis does not answer: %r", error)
        return
    if any(count > most for count, most in zip(counted, limits.values(), strict=True)):
        raise rules.TooManyAnswers(extra={"retry_after": _SECONDS})


async def _count(context: Context, keys: list[str]) -> list[int]:
    pipeline = context.redis.pipeline(transaction=False)
    for key in keys:
        pipeline.incr(key)
        pipeline.expire(key, _SECONDS, nx=True)
    return [int(count) for count in (await pipeline.execute())[::2]]
