"""One durable consumer: pulls events, has them handled, acknowledges, gives up in the end."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis import dead_letters, inbox, metrics
from chassis.consumer import Subscription
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.errors import Unavailable
from chassis.events import Event, from_json
from chassis.pull import ACK_WAIT_SECONDS, Pull
from chassis.stream import STREAM

# Events of one tenant that share a transaction, and tenants handled at a time.
_TOGETHER: Final = 16
_TENANTS: Final = 4
_LONGEST_PAUSE: Final = 30.0
_OUTAGES: Final = 3

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Delivery:
    message: Msg
    event: Event


class Subscriber:
    """The loop of one subscription in one process."""

    def __init__(self, context: Context, subscription: Subscription) -> None:
        settings = context.chassis_settings
        self._service = settings.service
        self._most_deliveries = settings.consumer_max_deliveries
        self._batch = settings.consumer_batch
        self._database = context.database
        self._jetstream = context.nats.jetstream()
        self._subscription = subscription
        self._pull = Pull(context.nats, subscription.durable, settings.consumer_batch)
        self._tenants = asyncio.Semaphore(_TENANTS)
        self._stop = asyncio.Event()
        self._count = metrics.CONSUMED.labels(subscription.durable, "handled")
        self._lag = metrics.CONSUMER_LAG.labels(subscription.durable)

    def stop(self) -> None:
        """Finish what is in hand, then end."""
        self._stop.set()
        self._pull.wake()

    def wake(self) -> None:
        """Ask the server anew: it has forgotten us, as after a reconnect."""
        self._pull.wake()

    async def run(self) -> None:
        """Handle events until stopped; trouble with the broker is retried for ever."""
        await self._pull.open()
        is_declared = False
        while not self._stop.is_set():
            try:
                if not is_declared:
                    await self._declare()
                messages = await self._pull.batch()
                await self._take(messages)
                is_declared = not self._pull.is_broken
            except (NatsError, OSError, TimeoutError) as error:
                _log.warning("%s: no events: %r", self._subscription.durable, error)
                await self._rest(1.0)
            except Exception:
                _log.exception("%s starts anew", self._subscription.durable)
                await self._rest(1.0)
        await self._pull.close()

    async def measure(self) -> None:
        """Tell how far behind the consumer is."""
        found = await self._jetstream.consumer_info(STREAM, self._subscription.durable)
        metrics.CONSUMER_PENDING.labels(self._subscription.durable).set(found.num_pending or 0)

    async def _declare(self) -> None:
        """Make the durable, or bring it up to date: the server keeps old settings otherwise."""
        await self._jetstream.add_consumer(
            STREAM,
            ConsumerConfig(
                durable_name=self._subscription.durable,
                filter_subjects=self._subscription.subjects,
                deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.EXPLICIT,
                # The limit is ours: what the server gives up on is gone for this consumer.
                ack_wait=ACK_WAIT_SECONDS, max_deliver=-1, max_ack_pending=self._batch * 16,
            ),
        )  # fmt: skip

    async def _take(self, messages: Sequence[Msg]) -> None:
        tenants: dict[UUID, list[_Delivery]] = {}
        for delivery in await self._read(messages):
            tenants.setdefault(delivery.event.tenant_id, []).append(delivery)
        await asyncio.gather(*(self._handle_tenant(found) for found in tenants.values()))

    async def _read(self, messages: Sequence[Msg]) -> list[_Delivery]:
        deliveries = []
        for message in messages:
            try:
                deliveries.append(_Delivery(message, from_json(message.data)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                await self._give_up(message, None, error)
        return deliveries

    async def _handle_tenant(self, deliveries: list[_Delivery]) -> None:
        async with self._tenants:
            for start in range(0, len(deliveries), _TOGETHER):
                await self._handle(deliveries[start : start + _TOGETHER])

    async def _handle(self, deliveries: list[_Delivery]) -> None:
        """All in one transaction; where one fails, each in its own."""
        try:
            await self._commit(deliveries)
        except Exception as error:
            if len(deliveries) == 1:
                await self._fail(deliveries[0], error)
                return
            for delivery in deliveries:
                await self._handle([delivery])
            return
        now = datetime.now(UTC)
        for delivery in deliveries:
            await delivery.message.ack()
            self._count.inc()
            self._lag.observe((now - delivery.event.time).total_seconds())

    async def _commit(self, deliveries: list[_Delivery]) -> None:
        """An outage of the database is no fault of the event's: wait, and count nothing."""
        events = [delivery.event for delivery in deliveries]
        outages = 0
        while True:
            try:
                await inbox.handle(self._database, self._service, self._subscription, events)
            except UNREACHABLE:
                outages += 1
                if self._stop.is_set() or outages > _OUTAGES:
                    raise
                await self._wait_for_database()
            else:
                return

    async def _wait_for_database(self) -> None:
        while not self._stop.is_set() and not await self._database.is_reachable():
            await self._rest(0.5)

    async def _fail(self, delivery: _Delivery, error: Exception) -> None:
        deliveries = delivery.message.metadata.num_delivered
        is_outage = isinstance(error, Unavailable) or self._stop.is_set()
        if deliveries >= self._most_deliveries and not is_outage:
            await self._give_up(delivery.message, delivery.event, error)
            return
        _log.warning(
            "%s failed on %s (delivery %d): %r", self._subscription.durable, delivery.event.type,
            deliveries, error, extra={"event_id": delivery.event.id},
        )  # fmt: skip
        metrics.CONSUMED.labels(self._subscription.durable, "failed").inc()
        await delivery.message.nak(delay=min(0.5 * 2 ** (deliveries - 1), _LONGEST_PAUSE))

    async def _give_up(self, message: Msg, event: Event | None, error: Exception) -> None:
        durable = self._subscription.durable
        _log.error("%s gives up on an event", durable, exc_info=error)
        try:
            await dead_letters.bury(self._database, durable, message, event, error)
        except UNREACHABLE:
            await message.nak(delay=5)
        else:
            await message.term()

    async def _rest(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stop.wait(), seconds)
        except TimeoutError:
            return
