"""Every event in its order for one process alone: what is live there, and nothing that lasts."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis.context import Context
from chassis.ids import new_id
from chassis.pull import Pull
from chassis.stream import STREAM

# The server forgets the consumer of a process that is gone.
_FORGOTTEN_SECONDS: Final = 60
_BATCH: Final = 256

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Heard:
    """One event as it came: when the stream took it, in nanoseconds, whose it is, and itself."""

    at: int
    tenant_id: UUID
    raw: bytes


class Feed:
    """Reads the stream from some thousand events before now on, and goes on after every outage.

    Nothing is acknowledged and nobody shares it: each process hears everything.
    """

    def __init__(
        self, context: Context, name: str, hear: Callable[[Heard], Awaitable[None]], *, before: int
    ) -> None:
        self._context = context
        self._name = f"{name}-{new_id().hex}"
        self._hear = hear
        self._before = before
        self._jetstream = context.nats.jetstream()
        self._pull = Pull(context.nats, self._name, _BATCH, keeps=False)
        self._last = 0
        self._is_declared = False
        self._stop = asyncio.Event()
        # Set once everything is heard that the stream held when this began.
        self.caught_up = asyncio.Event()

    def stop(self) -> None:
        """Hear nothing more."""
        self._stop.set()
        self._pull.wake()

    async def run(self) -> None:
        """Hear events until stopped or hung up; trouble with the broker is retried for ever."""
        self._context.nats.after_reconnect.append(self._begin_anew)
        await self._pull.open()
        while not self._stop.is_set() and not self._context.nats.is_closed:
            try:
                if not self._is_declared:
                    await self._declare()
                for message in await self._pull.batch():
                    await self._take(message)
                self._is_declared = self._is_declared and not self._pull.is_broken
            except (NatsError, OSError, TimeoutError) as error:
                _log.warning("%s: no events: %r", self._name, error)
                self._is_declared = False
                await self._rest()
            except Exception:
                _log.exception("%s goes on after an event it could not take", self._name)
                self._is_declared = False
        self._context.nats.after_reconnect.remove(self._begin_anew)
        await self._pull.close()
        with suppress(NatsError, OSError, TimeoutError):
            await self._jetstream.delete_consumer(STREAM, self._name)

    def _begin_anew(self) -> None:
        self._is_declared = False
        self._pull.wake()

    async def _declare(self) -> None:
        """A consumer that begins behind the last event heard: what was under way to us is lost."""
        with suppress(NotFoundError):
            await self._jetstream.delete_consumer(STREAM, self._name)
        state = (await self._jetstream.stream_info(STREAM)).state
        first = self._last + 1 if self._last else max(state.last_seq - self._before, 0) + 1
        found = await self._jetstream.add_consumer(
            STREAM,
            ConsumerConfig(
                name=self._name, deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
                opt_start_seq=first, ack_policy=AckPolicy.NONE, mem_storage=True, num_replicas=1,
                inactive_threshold=_FORGOTTEN_SECONDS,
            ),
        )  # fmt: skip
        self._is_declared = True
        if not found.num_pending:
            self.caught_up.set()

    async def _take(self, message: Msg) -> None:
        metadata = message.metadata
        if metadata.sequence.stream <= self._last:
            return
        self._last = metadata.sequence.stream
        try:
            tenant_id = UUID(message.subject.rpartition(".")[2])
        except ValueError:
            _log.error("%s is the subject of no tenant's event", message.subject)
        else:
            await self._hear(Heard(_instant(message), tenant_id, message.data))
        if not metadata.num_pending:
            self.caught_up.set()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stop.wait(), 1.0)


def _instant(message: Msg) -> int:
    """When the stream took it: the client's own reading of it loses the last digits."""
    parts = message.reply.split(".")
    return int(parts[7] if len(parts) == 9 else parts[9])
