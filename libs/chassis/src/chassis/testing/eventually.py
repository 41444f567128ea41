"""Waiting for something that will happen, instead of sleeping and hoping."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def eventually(
    ask: Callable[[], Awaitable[ResultT]], *, within: float = 60, every: float = 0.05
) -> ResultT:
    """The first true answer; raises AssertionError with the last one if none comes in time."""
    last: ResultT | None = None
    try:
        async with asyncio.timeout(within):
            while not (last := await ask()):
                await asyncio.sleep(every)
    except TimeoutError as error:
        message = f"did not happen within {within} s; the last answer: {last}"
        raise AssertionError(message) from error
    return last
