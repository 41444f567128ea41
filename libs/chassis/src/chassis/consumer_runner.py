"""Runs all consumers of a service in one process."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

from nats.errors import Error as NatsError

from chassis.consumer import Consumers
from chassis.context import Context
from chassis.subscriber import Subscriber

_MEASURE_SECONDS: Final = 15.0
_DRAIN_SECONDS: Final = 20.0


class ConsumerRunner:
    """The subscriptions of one process; replicas share the events of each durable."""

    def __init__(self, context: Context, consumers: Sequence[Consumers]) -> None:
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._subscribers = [
            Subscriber(context, subscription)
            for registry in consumers
            for subscription in registry.subscriptions
        ]
        context.nats.after_reconnect.append(self._wake)

    async def run(self) -> None:
        """Handle events until stopped."""
        runs = [subscriber.run() for subscriber in self._subscribers]
        await asyncio.gather(*runs, self._measure())
        self._ended.set()

    async def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()
        for subscriber in self._subscribers:
            subscriber.stop()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _DRAIN_SECONDS)

    def _wake(self) -> None:
        for subscriber in self._subscribers:
            subscriber.wake()

    async def _measure(self) -> None:
        while not self._stop.is_set():
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), _MEASURE_SECONDS)
            for subscriber in self._subscribers:
                with suppress(NatsError, OSError, TimeoutError):
                    await subscriber.measure()
