"""Events door of the timeline: every event that is about a client, live or once more."""

import logging
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from itertools import groupby
from typing import Final
from uuid import UUID

from nats.errors import TimeoutError as NothingThere
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from chassis.caller import system
from chassis.consumer import Consumers
from chassis.context import Context
from chassis.events import Event, from_json
from chassis.forgetting import hold
from chassis.stream import STREAM
from chassis.work import UnitOfWork
from clients.folders.repository import every_tenant
from clients.timeline import repository, use_cases
from clients.unread import repository as unread

consumers = Consumers("clients-timeline")

LIVE: Final = "clients-timeline-on_event"
_AGAIN: Final = "clients-timeline-rebuild"
_BATCH: Final = 256
_ARCHIVE: Final = (
    "select position, event from outbox where position > $1 and created_at < $2"
    " order by position limit $3"
)
_log = logging.getLogger(__name__)


@consumers.together(">")
async def on_event(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Put each onto the timeline of the client it is about."""
    await use_cases.project(work, events)


@dataclass(slots=True)
class Comparison:
    """How the live timeline differs from one made anew of the same events."""

    events: int = 0
    missing: int = 0
    different: int = 0
    extra: int = 0
    # Counts of news, which unread badges stand on.
    counts: int = 0

    @property
    def is_same(self) -> bool:
        """Whether nothing differs."""
        return not (self.missing or self.different or self.extra or self.counts)


async def rebuild(context: Context, arguments: Sequence[str]) -> Comparison:
    """`rebuild-timeline`: make the timeline anew and repair the live one; `--check` only compares.

    Its sources are the stream as far as the live consumer has come, and this service's own
    archive for what is older; what only the live timeline still has of other services is kept.
    """
    tenants = {tenant_id async for tenant_id in every_tenant(context)}
    await _clear(context, tenants)
    found, since, until = Comparison(), datetime.now(UTC), datetime.min.replace(tzinfo=UTC)
    async for events, of_stream in _history(context):
        for tenant_id, some in _by_tenant(events):
            tenants.add(tenant_id)
            async with _work(context, tenant_id) as work:
                about = {event.client_id for event in some if event.client_id}
                gone = await hold(work, *about)
                left = [event for event in some if event.client_id not in gone]
                await use_cases.project(work, left, rebuilt=True)
        found.events += len(events)
        if of_stream:
            since, until = min(since, events[0].time), max(until, events[-1].time)
    for tenant_id in tenants:
        async with _work(context, tenant_id) as work:
            missing, different = await repository.compare(work)
            found.missing, found.different = found.missing + missing, found.different + different
            found.extra += await repository.count_extra(work, since=since, until=until)
            found.counts += await unread.count_different(work)
            if "--check" not in arguments:
                await repository.repair(work)
                await repository.sum_up(work)
                await unread.recount(work)
    await _clear(context, tenants)
    shown = {field.name: getattr(found, field.name) for field in fields(found)}
    _log.info("timeline compared: %s", shown)
    if "--check" in arguments and not found.is_same:
        raise SystemExit(f"the live timeline differs: {shown}")
    return found


async def _history(context: Context) -> AsyncIterator[tuple[list[Event], bool]]:
    """Batches of events, and whether they come from the stream."""
    jetstream = context.nats.jetstream()
    last = await _reached(jetstream)
    first = (await jetstream.stream_info(STREAM)).state.first_seq
    begins = datetime.now(UTC)
    if last and last >= first:
        message = await jetstream.get_msg(STREAM, first)
        begins = next((event.time for event in _readable([message.data or b""])), begins)
    async for events in _archived(context, begins):
        yield events, False
    async for events in _streamed(jetstream, last if last >= first else 0):
        yield events, True


async def _reached(jetstream: JetStreamContext) -> int:
    """How far the live consumer has come."""
    try:
        live = await jetstream.consumer_info(STREAM, LIVE)
    except NotFoundError:
        return 0
    return live.ack_floor.stream_seq if live.ack_floor else 0


async def _archived(context: Context, before: datetime) -> AsyncIterator[list[Event]]:
    position = 0
    while True:
        async with context.database.plumbing() as connection:
            rows = await connection.fetch(_ARCHIVE, position, before, _BATCH)
        if not rows:
            return
        yield [from_json(row["event"]) for row in rows]
        position = rows[-1]["position"]


async def _streamed(jetstream: JetStreamContext, last: int) -> AsyncIterator[list[Event]]:
    if not last:
        return
    config = ConsumerConfig(
        durable_name=_AGAIN, deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE
    )
    await jetstream.add_consumer(STREAM, config)
    try:
        reading = await jetstream.pull_subscribe_bind(_AGAIN, STREAM)
        reached = 0
        while reached < last:
            try:
                messages = await reading.fetch(_BATCH, timeout=5)
            except NothingThere:
                return
            reached = messages[-1].metadata.sequence.stream
            kept = [m.data for m in messages if m.metadata.sequence.stream <= last]
            if events := _readable(kept):
                yield events
    finally:
        await jetstream.delete_consumer(STREAM, _AGAIN)


def _readable(messages: Sequence[bytes]) -> list[Event]:
    """The events among them: what cannot be read is a dead letter of the live consumer's too."""
    events = []
    for message in messages:
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            events.append(from_json(message))
    return events


def _by_tenant(events: Sequence[Event]) -> list[tuple[UUID, list[Event]]]:
    ordered = sorted(events, key=lambda event: event.tenant_id)
    return [(tenant, list(some)) for tenant, some in groupby(ordered, lambda e: e.tenant_id)]


async def _clear(context: Context, tenants: Collection[UUID]) -> None:
    for tenant_id in tenants:
        async with _work(context, tenant_id) as work:
            await repository.clear(work)


def _work(context: Context, tenant_id: UUID) -> UnitOfWork:
    return context.database.work(system(tenant_id, context.service), role="worker")
