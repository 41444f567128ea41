"""The relay: publishes what the outbox holds, a key serially and keys in parallel."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import asyncpg
import orjson
from nats.errors import ConnectionReconnectingError, MaxPayloadError
from nats.errors import Error as NatsError

from chassis import metrics
from chassis.context import Context
from chassis.database import UNREACHABLE
from chassis.signals import CHANNEL, Signals
from chassis.slots import Slots

BATCH: Final = 512
IN_FLIGHT: Final = 64
POLL_SECONDS: Final = 1.0
# Under load a batch begins at most fifty times a second: a query each for more than one event.
_GATHER_SECONDS: Final = 0.02
_LAG_SECONDS: Final = 10.0
_ACK_SECONDS: Final = 5.0
_LONGEST_PAUSE: Final = 2.0
_DRAIN_SECONDS: Final = 10.0
# A relay that hangs loses its session, and with it its slots to the others.
_SESSION: Final = {"idle_session_timeout": "30s"}

# In the order of writing. A transaction that commits late shows a smaller position then: it is
# found all the same, because this reads whatever is unsent, not what comes after a mark.
_UNSENT = """
select position, created_at, id, ordering_key, subject, event from outbox
 where sent_at is null and slot = any($1) order by position limit $2
"""
# Urgent ones go first, each after what stands before it in its key.
_URGENT_KEYS = """
select ordering_key from outbox
 where sent_at is null and urgent and slot = any($1) order by position limit $2
"""
_OF_KEYS = """
select position, created_at, id, ordering_key, subject, event from outbox
 where sent_at is null and slot = any($1) and ordering_key = any($3) order by position limit $2
"""
_MARK = """
update outbox set sent_at = now()
 where position = any($1) and created_at between $2 and $3 and sent_at is null
"""
_LAG = """
select count(*), coalesce(extract(epoch from now() - min(created_at)), 0)::float8
  from (select created_at from outbox where sent_at is null order by position limit 100000) as o
"""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Sent:
    """What the broker has acknowledged of one batch, and what stood in the way of the rest."""

    rows: list[Any]
    trouble: Exception | None = None


class Relay:
    """One process's share of the outbox; any number may run, and none leads.

    A crash between the broker's ack and the mark publishes again; the event's id makes it
    harmless: the broker drops it within two minutes, the inbox later.
    """

    def __init__(self, context: Context, signals: Signals) -> None:
        self._url = context.chassis_settings.database_worker_url.get_secret_value()
        self._nats = context.nats
        self._jetstream = context.nats.jetstream(timeout=_ACK_SECONDS)
        self._signals = signals
        self._gate = asyncio.Semaphore(IN_FLIGHT)
        self._stop = asyncio.Event()
        self._ended = asyncio.Event()
        self._pause = 0.0
        self._began = 0.0
        self._next_lag = 0.0

    async def run(self) -> None:
        """Publish until stopped; trouble with broker or database is retried for ever."""
        while not self._stop.is_set():
            try:
                await self._connected()
            except UNREACHABLE as error:
                _log.warning("the relay lost the database: %r", error)
                await self._rest(0.5)
            except Exception:
                _log.exception("the relay starts anew")
                await self._rest(0.5)
        self._ended.set()

    async def stop(self) -> None:
        """Publish what is committed now, then end."""
        self._stop.set()
        self._signals.ring("relay")
        with suppress(TimeoutError):
            await asyncio.wait_for(self._ended.wait(), _DRAIN_SECONDS)

    async def _connected(self) -> None:
        connection = await asyncpg.connect(
            self._url, timeout=3, command_timeout=10, server_settings=_SESSION
        )
        try:
            await connection.add_listener(CHANNEL, self._signals.hear)
            await self._serve(connection)
        finally:
            self._signals.serve_alone("relay", False)
            with suppress(*UNREACHABLE):
                await connection.close(timeout=2)

    async def _serve(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        slots = Slots(connection)
        is_last = is_more = False
        while not is_last or is_more:
            is_last = self._stop.is_set()
            await slots.balance()
            self._signals.serve_alone("relay", slots.has_all)
            is_more = await self._publish_batch(connection, slots)
            await self._measure(connection)
            if self._pause:
                await slots.give_up()
                await self._rest(self._pause)
            elif not is_more and not is_last:
                await self._sleep()

    async def _sleep(self) -> None:
        await self._signals.wait("relay", POLL_SECONDS)
        now = asyncio.get_running_loop().time()
        if (early := self._began + _GATHER_SECONDS - now) > 0:
            await self._rest(early)
            now += early
        self._began = now

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), seconds)

    async def _publish_batch(
        self, connection: "asyncpg.Connection[asyncpg.Record]", slots: Slots
    ) -> bool:
        """Publish and mark what is urgent, then a batch of all; whether there may be more.

        Urgent events that never end hold up the others, but do not keep them back for ever.
        """
        if not slots.held:
            return False
        if urgent := await connection.fetch(_URGENT_KEYS, slots.held, BATCH):
            keys = list({row["ordering_key"] for row in urgent})
            rows = await connection.fetch(_OF_KEYS, slots.held, BATCH, keys)
            await self._publish_and_mark(connection, rows)
        rows = await connection.fetch(_UNSENT, slots.held, BATCH) if not self._pause else []
        return await self._publish_and_mark(connection, rows) and len(rows) == BATCH

    async def _publish_and_mark(
        self, connection: "asyncpg.Connection[asyncpg.Record]", rows: list[Any]
    ) -> bool:
        """Whether nothing stood in the way."""
        sent = await self._publish(rows)
        if sent.rows:
            times = [row["created_at"] for row in sent.rows]
            positions = [row["position"] for row in sent.rows]
            await connection.execute(_MARK, positions, min(times), max(times))
            metrics.OUTBOX_PUBLISHED.inc(len(positions))
        self._back_off(sent.trouble)
        return not sent.trouble

    async def _publish(self, rows: list[Any]) -> _Sent:
        chains: dict[str, list[Any]] = {}
        for row in rows:
            chains.setdefault(row["ordering_key"], []).append(row)
        sent = _Sent([])
        await asyncio.gather(*(self._publish_chain(chain, sent) for chain in chains.values()))
        return sent

    async def _publish_chain(self, chain: list[Any], sent: _Sent) -> None:
        """One key's events, each after the one before it is safe; the rest waits for a retry."""
        async with self._gate:
            for row in chain:
                if sent.trouble:
                    return
                try:
                    await self._publish_one(row)
                except MaxPayloadError:
                    _log.error("event %s is larger than NATS takes: its key waits", row["id"])
                    return
                except (NatsError, OSError, TimeoutError) as error:
                    sent.trouble = error
                    return
                sent.rows.append(row)

    async def _publish_one(self, row: Any) -> None:
        if not self._nats.is_connected:
            raise ConnectionReconnectingError
        event: str = row["event"]
        headers = {"Nats-Msg-Id": str(row["id"])}
        if traceparent := orjson.loads(event).get("traceparent"):
            headers["traceparent"] = traceparent
        await self._jetstream.publish(row["subject"], event.encode(), headers=headers)

    def _back_off(self, trouble: Exception | None) -> None:
        if trouble is None:
            if self._pause:
                _log.info("the relay publishes again")
            self._pause = 0.0
            return
        if not self._pause:
            _log.warning("the relay cannot publish: %r", trouble)
        self._pause = min(max(self._pause * 2, 0.25), _LONGEST_PAUSE)

    async def _measure(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        now = asyncio.get_running_loop().time()
        if now < self._next_lag:
            return
        self._next_lag = now + _LAG_SECONDS
        pending, seconds = await connection.fetchrow(_LAG)  # type: ignore[misc]
        metrics.OUTBOX_PENDING.set(pending)
        metrics.OUTBOX_LAG.set(seconds)
