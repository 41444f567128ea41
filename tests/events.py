"""What the services have told each other: the stream, read as it stands."""

from dataclasses import dataclass

import nats
import orjson
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from chassis.stream import STREAM
from local.stack import Stack
from tests.product import Json

_BATCH = 500


@dataclass(frozen=True)
class Published:
    """One message of the stream."""

    subject: str
    text: str
    headers: dict[str, str]

    @property
    def body(self) -> Json:
        found: Json = orjson.loads(self.text)
        return found


async def published(stack: Stack, tenant_id: str = "*") -> list[Published]:
    """Every event of a tenant, or of all, from the first to the last there is now."""
    connection = await nats.connect(stack.nats.url, connect_timeout=5)
    try:
        return await _read(connection.jetstream(), f"events.*.*.*.{tenant_id}")
    finally:
        await connection.close()


async def _read(jetstream: "nats.js.JetStreamContext", subject: str) -> list[Published]:
    config = ConsumerConfig(
        filter_subject=subject, deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE,
        inactive_threshold=30,
    )  # fmt: skip
    made = await jetstream.add_consumer(STREAM, config)
    pull = await jetstream.pull_subscribe_bind(made.name, STREAM)
    found: list[Published] = []
    waiting = made.num_pending or 0
    while waiting:  # counted by the server: some may be forgotten while they are read
        try:
            messages = await pull.fetch(_BATCH, timeout=5)
        except TimeoutError:
            left = await jetstream.consumer_info(STREAM, made.name)
            waiting = left.num_pending or 0
            continue
        for message in messages:
            waiting = message.metadata.num_pending
            found.append(
                Published(message.subject, message.data.decode(), dict(message.headers or {}))
            )
    return found
