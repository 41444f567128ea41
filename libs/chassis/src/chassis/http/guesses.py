"""Who tries links that lead nowhere is held up: counted in Redis; without it nobody is."""

import asyncio
import logging
from hashlib import sha256
from typing import Final

from redis.exceptions import RedisError
from starlette.requests import Request
from starlette.responses import Response

from chassis.context import Context
from chassis.errors import LeadsNowhere, TooMany
from chassis.http.binding import Call
from chassis.http.callers import caller_address

SECONDS: Final = 600
_PATIENCE: Final = 0.3
_log = logging.getLogger(__name__)


class TooManyGuesses(TooMany):
    """More links that lead nowhere than anybody mistypes."""

    code = "too_many_guesses"
    detail = "Too many links that lead nowhere were tried from here. Try again later."


async def guarded(call: Call, request: Request) -> Response:
    """What the call answers; links that lead somewhere cost nothing. Raises TooManyGuesses."""
    context: Context = request.scope["context"]
    place = _place(request)
    if await _counted(context, place) >= context.chassis_settings.guesses:
        raise TooManyGuesses(extra={"retry_after": SECONDS})
    try:
        return await call(request)
    except LeadsNowhere:
        await _count(context, place)
        raise


async def _counted(context: Context, place: str) -> int:
    try:
        async with asyncio.timeout(_PATIENCE):
            return int(await context.redis.get(place) or 0)
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("links are not throttled, Redis does not answer: %r", error)
        return 0


async def _count(context: Context, place: str) -> None:
    pipeline = context.redis.pipeline(transaction=False)
    pipeline.incr(place)
    pipeline.expire(place, SECONDS, nx=True)
    try:
        async with asyncio.timeout(_PATIENCE):
            await pipeline.execute()
    except (RedisError, OSError, TimeoutError) as error:
        _log.warning("a wrong link is not counted, Redis does not answer: %r", error)


def _place(request: Request) -> str:
    """Addresses of people are not kept readable in a cache."""
    return f"guesses:{sha256(caller_address(request).encode()).hexdigest()[:32]}"
