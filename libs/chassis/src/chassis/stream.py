"""The connection to NATS, and the stream and buckets that must exist there."""

import logging
from collections.abc import Callable
from typing import Final

from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, KeyValueConfig, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError
from nats.js.kv import KeyValue

from chassis.settings import ChassisSettings

STREAM: Final = "EVENTS"
SUBJECTS: Final = "events.>"
IDENTITY_BUCKET: Final = "identity"
KEPT_SECONDS: Final = 35 * 24 * 3600
# A relay that dies after publishing publishes again when another takes over: within seconds.
DUPLICATE_SECONDS: Final = 120

_log = logging.getLogger(__name__)


class Nats(Client):
    """A connection that tells when it is back: the server then knows nothing of us."""

    def __init__(self) -> None:
        super().__init__()
        self.after_reconnect: list[Callable[[], None]] = []


async def connect(settings: ChassisSettings) -> Nats:
    """Connect and stay connected: trouble is retried for ever, and logged once a change."""
    nats = Nats()

    async def reconnected() -> None:
        _log.info("NATS is back")
        for call in nats.after_reconnect:
            call()

    async def disconnected() -> None:
        _log.warning("NATS is gone")

    async def failed(error: Exception) -> None:
        _log.debug("NATS: %s", error)

    await nats.connect(
        settings.nats_url, name=settings.service, max_reconnect_attempts=-1,
        reconnect_time_wait=0.5,  # type: ignore[arg-type]
        connect_timeout=2, ping_interval=20, max_outstanding_pings=2,
        error_cb=failed, disconnected_cb=disconnected, reconnected_cb=reconnected,
    )  # fmt: skip
    return nats


async def ensure_stream(nats: Client, settings: ChassisSettings) -> None:
    """Make the stream of all events, or bring its settings up to date."""
    jetstream = nats.jetstream()
    config = StreamConfig(
        name=STREAM, subjects=[SUBJECTS], retention=RetentionPolicy.LIMITS,
        discard=DiscardPolicy.OLD, storage=StorageType.FILE, max_age=KEPT_SECONDS,
        duplicate_window=DUPLICATE_SECONDS, num_replicas=settings.nats_replicas,
        allow_direct=True,
    )  # fmt: skip
    try:
        await jetstream.stream_info(STREAM)
    except NotFoundError:
        await jetstream.add_stream(config)
    else:
        await jetstream.update_stream(config)


async def bucket(jetstream: JetStreamContext, name: str, replicas: int) -> KeyValue:
    """A key-value bucket that keeps the last value of each key; made where it is missing."""
    try:
        return await jetstream.key_value(name)
    except NotFoundError:
        config = KeyValueConfig(bucket=name, history=1, replicas=replicas)
        return await jetstream.create_key_value(config)
