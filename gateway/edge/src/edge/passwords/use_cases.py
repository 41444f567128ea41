"""Passwords, hashed with argon2id by a few threads so that a flood of sign-ins takes no memory."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from chassis.context import Context
from chassis.errors import Unavailable

# OWASP's smallest sound setting: 19 MiB, two passes, one lane.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
ResultT = TypeVar("ResultT")


class Passwords:
    """At most `threads` hashes at once and `queue` more waiting; beyond that it is Unavailable."""

    def __init__(self, threads: int, queue: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="passwords")
        self._places = threads + queue
        self._turn = asyncio.Semaphore(threads)
        self._nobody = _HASHER.hash(secrets.token_urlsafe())

    async def hash(self, password: str) -> str:
        """What to keep of a password; raises Unavailable."""
        return await self._run(lambda: _HASHER.hash(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether it is the one; an account that is not there (None) takes the same time."""
        is_right = await self._run(lambda: _is_right(kept or self._nobody, password))
        return is_right and kept is not None

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], ResultT]) -> ResultT:
        if self._places <= 0:
            raise Unavailable(extra={"retry_after": 2})
        self._places -= 1
        try:
            async with self._turn:
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._places += 1


async def start(context: Context) -> None:
    """Make the threads of this process."""
    settings = context.settings
    context.keep(Passwords(settings.password_threads, settings.password_queue))


def is_outdated(kept: str) -> bool:
    """Whether it was hashed with weaker settings than today's."""
    return _HASHER.check_needs_rehash(kept)


def _is_right(kept: str, password: str) -> bool:
    try:
        return _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
