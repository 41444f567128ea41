"""A pull subscription that hands over what has arrived, without waiting for a full batch."""

import asyncio
import json
from collections import deque
from typing import Final

from nats.aio.client import Client as Nats
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

from chassis.stream import STREAM

_EXPIRES_SECONDS: Final = 10
# How long to wait for a pull that the server has forgotten, e.g. because it was restarted.
_LATE_SECONDS: Final = 1.0
_SETTLE_SECONDS: Final = 0.5
# What a killed process had in hand comes again after this; a living one asks for more time.
ACK_WAIT_SECONDS: Final = 10
_KEEP_SECONDS: Final = 3.0


class Pull:
    """One open request for up to `size` messages at a time.

    `is_broken` says that the last one was refused: the durable may have to be declared again.
    Without `keeps` nothing is acknowledged, so nothing is kept from being sent again either.
    """

    def __init__(self, nats: Nats, durable: str, size: int, *, keeps: bool = True) -> None:
        self._nats = nats
        self._size = size
        self._keeps = keeps
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{STREAM}.{durable}"
        self._arrived: deque[Msg] = deque()
        self._taken: list[Msg] = []
        self._keeping: asyncio.Task[None] | None = None
        self._awake = asyncio.Event()
        self._wanted = 0
        self._subscription: Subscription | None = None
        self.is_broken = False
        self._inbox = ""

    async def open(self) -> None:
        """Begin to listen for what is asked for."""
        self._inbox = self._nats.new_inbox()
        self._subscription = await self._nats.subscribe(self._inbox, cb=self._take)
        if self._keeps:
            self._keeping = asyncio.create_task(self._keep())

    async def close(self) -> None:
        """Ask for nothing more, and give back at once what nobody will handle here."""
        if self._keeping:
            self._keeping.cancel()
        if self._subscription and not self._nats.is_closed:
            await self._subscription.unsubscribe()
            for message in self._arrived if self._keeps else ():
                await message.nak()

    def wake(self) -> None:
        """End the wait of `batch`, and ask anew: after a reconnect, or to stop."""
        self._wanted = 0
        self._awake.set()

    async def batch(self) -> list[Msg]:
        """What has arrived, at most `size` messages; after ten seconds of silence nothing."""
        self._taken = []
        if not self._arrived:
            if self._wanted <= 0:
                await self._ask()
            await self._wait()
        count = min(len(self._arrived), self._size)
        self._taken = [self._arrived.popleft() for _ in range(count)]
        return self._taken

    async def _ask(self) -> None:
        if self.is_broken:
            await asyncio.sleep(_SETTLE_SECONDS)
        self._wanted, self.is_broken = self._size, False
        request = {"batch": self._size, "expires": _EXPIRES_SECONDS * 10**9}
        await self._nats.publish(self._subject, json.dumps(request).encode(), self._inbox)

    async def _wait(self) -> None:
        self._awake.clear()
        try:
            await asyncio.wait_for(self._awake.wait(), _EXPIRES_SECONDS + _LATE_SECONDS)
        except TimeoutError:
            self._wanted = 0

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            for message in (*self._taken, *self._arrived):
                if not message.is_acked and self._nats.is_connected:
                    await message.in_progress()

    async def _take(self, message: Msg) -> None:
        if message.headers and "Status" in message.headers:
            self._end(message.headers["Status"])
            return
        self._wanted -= 1
        self._arrived.append(message)
        self._awake.set()

    def _end(self, status: str) -> None:
        """The server ended the request: 408 in its time, anything else is trouble."""
        if status != "100":
            self.is_broken = status != "408"
            self._wanted = 0
            self._awake.set()
