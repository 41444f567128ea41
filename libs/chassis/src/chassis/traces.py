"""What the plumbing keeps of somebody who is forgotten: answers, archive, dead letters, stream."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from nats.errors import TimeoutError as NothingThere
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis.caller import system
from chassis.context import Context
from chassis.errors import Unavailable
from chassis.forgetting import forget_audited
from chassis.ids import new_id
from chassis.stream import STREAM

_PIECE: Final = 5_000
_BATCH: Final = 256
_EXPIRES: Final = 5.0
# The server forgets the consumer of a process that died over it.
_FORGOTTEN_SECONDS: Final = 60.0
# An event's time is that of its transaction's begin, by the clock of another machine.
_LEEWAY: Final = timedelta(hours=1)

_UNSENT: Final = """
select exists (select from outbox where sent_at is null and ordering_key = any($1::text[]))
"""
_UPTO: Final = """
select max(position) from (
    select position from outbox where position > $1 and created_at >= $2
     order by position limit $3) as piece
"""
_ARCHIVED: Final = """
delete from outbox
 where position > $1 and position <= $2 and created_at >= $3 and tenant_id = $4
   and ordering_key = any($5::text[]) and subject not like 'events.' || $6 || '.%'
"""
_LETTERS: Final = """
delete from dead_letters where tenant_id = $1
   and exists (select from unnest($2::text[]) one where position(one in event) > 0)
"""
# The key stays, so that the same request sent once more does nothing anew.
_ANSWERS: Final = """
update idempotency_keys set body = '{}'::bytea where tenant_id = $1
   and exists (select from unnest($2::text[]) one
                where position(convert_to(one, 'UTF8') in body) > 0)
"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Traces:
    """Whose traces: `kept` is the type of the event by which others learn of the forgetting."""

    tenant_id: UUID
    ids: Sequence[UUID]
    since: datetime
    kept: str
    # Records of theirs whose audit names nobody.
    records: Sequence[UUID] = ()

    @property
    def texts(self) -> list[str]:
        """The ids as texts have them."""
        return [str(one) for one in self.ids]


async def clear(context: Context, traces: Traces) -> None:
    """Take out whatever this service keeps or told of them; again does no harm.

    Raises Unavailable while something of theirs still waits to be published.
    """
    since = traces.since - _LEEWAY
    async with context.database.plumbing() as connection:
        if await connection.fetchval(_UNSENT, traces.texts):
            raise Unavailable()
        await connection.execute(_LETTERS, traces.tenant_id, traces.texts)
    worker = system(traces.tenant_id, context.service)
    async with context.database.work(worker, role="worker") as work:
        await forget_audited(work, [*traces.ids, *traces.records])
        own = await work.connection()
        await own.execute(_ANSWERS, traces.tenant_id, traces.texts)
    await _clear_archive(context, traces, since)
    await _clear_stream(context, traces, since)


async def _clear_archive(context: Context, traces: Traces, since: datetime) -> None:
    after = 0
    while True:
        async with context.database.plumbing() as connection:
            upto = await connection.fetchval(_UPTO, after, since, _PIECE)
            if upto is None:
                return
            await connection.execute(
                _ARCHIVED, after, upto, since, traces.tenant_id, traces.texts, traces.kept
            )
        after = upto


async def _clear_stream(context: Context, traces: Traces, since: datetime) -> None:
    """What this service told of them, as far as the stream still holds it."""
    jetstream = context.nats.jetstream()
    name = f"{context.service}-forgetting-{new_id().hex}"
    config = ConsumerConfig(
        durable_name=name, deliver_policy=DeliverPolicy.BY_START_TIME,
        opt_start_time=since, ack_policy=AckPolicy.NONE,
        inactive_threshold=_FORGOTTEN_SECONDS,
        filter_subject=f"events.{context.service}.*.*.{traces.tenant_id}",
    )  # fmt: skip
    found = await jetstream.add_consumer(STREAM, config)
    try:
        removed = await _remove(jetstream, name, found.num_pending or 0, traces)
    finally:
        await jetstream.delete_consumer(STREAM, name)
    _log.info("events forgotten: %s", removed)


async def _remove(jetstream: JetStreamContext, name: str, waiting: int, traces: Traces) -> int:
    reading = await jetstream.pull_subscribe_bind(name, STREAM)
    removed = 0
    while waiting > 0:
        try:
            messages = await reading.fetch(_BATCH, timeout=_EXPIRES)
        except NothingThere:  # what was left has grown too old meanwhile
            break
        for message in messages:
            waiting = message.metadata.num_pending
            if _is_theirs(message.data, traces):
                await jetstream.delete_msg(STREAM, message.metadata.sequence.stream)
                removed += 1
    return removed


def _is_theirs(raw: bytes, traces: Traces) -> bool:
    texts = traces.texts
    if not any(one.encode() in raw for one in texts):
        return False
    event: dict[str, Any] = orjson.loads(raw)
    return event.get("clientid") in texts and event["type"] != traces.kept
