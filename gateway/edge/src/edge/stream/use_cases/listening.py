"""One open connection: what waits to be written to it, and who reads it."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

from chassis.caller import Caller
from chassis.database import UNREACHABLE
from chassis.errors import Failure
from chassis.tokens import Tokens
from refs.visibility import Sight

_SURE_SECONDS = 5.0


class Listener:
    """A reader of the stream; `again` says who they are now, or raises."""

    def __init__(self, caller: Caller, again: Callable[[], Awaitable[Caller]], most: int) -> None:
        self.caller = caller
        self.is_over = False
        # Where in the stream their hearing began.
        self.after = 0
        self._again = again
        self._most = most
        self._frames: deque[bytes] = deque()
        self._awake = asyncio.Event()
        self._marks = -1
        self._checked_at = 0.0
        self._sight: tuple[Caller, int, Sight] | None = None

    def put(self, frame: bytes, *, is_past: bool = False) -> None:
        """Have it written; who reads too slowly is cut off, and goes on from what they have."""
        if len(self._frames) >= self._most and not is_past:
            self.end()
        elif not self.is_over:
            self._frames.append(frame)
            self._awake.set()

    def end(self) -> None:
        """Nothing more is written."""
        self.is_over = True
        self._frames.clear()
        self._awake.set()

    async def next(self, patience: float) -> bytes | None:
        """What there is to write; empty after so many seconds of silence, None at the end."""
        if not self._frames and not self.is_over:
            self._awake.clear()
            try:
                await asyncio.wait_for(self._awake.wait(), patience)
            except TimeoutError:
                return b""
        if self.is_over:
            return None
        whole = b"".join(self._frames)
        self._frames.clear()
        return whole

    def doubt(self) -> None:
        """What is known of the caller may have changed."""
        self._marks = -1

    async def check(self, tokens: Tokens) -> None:
        """Ask anew who it is, if anything was revoked since, or some seconds have passed."""
        now, marks = time.monotonic(), tokens.marks
        if self._marks == marks and now - self._checked_at < _SURE_SECONDS:
            return
        try:
            self.caller = await self._again()
        except (Failure, *UNREACHABLE):
            self.end()
        else:
            self._marks, self._checked_at = marks, now

    def sight(self, age: int, make: Callable[[Caller], Sight]) -> Sight:
        """What they see, made anew when they or their surroundings have changed."""
        if self._sight is None or self._sight[:2] != (self.caller, age):
            self._sight = (self.caller, age, make(self.caller))
        return self._sight[2]
