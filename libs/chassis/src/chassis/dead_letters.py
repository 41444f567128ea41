"""Events and jobs given up on: kept for a person to look at, and to run once more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, UUID, uuid5

from nats.aio.msg import Msg

from chassis import inbox, metrics
from chassis.console import print_json
from chassis.consumer import Consumers, Subscription
from chassis.errors import NotFound
from chassis.events import Event, from_json
from chassis.ids import new_id

if TYPE_CHECKING:
    from chassis.context import Context
    from chassis.database import Database

_BURY = """
insert into dead_letters (id, tenant_id, consumer, event_id, event, deliveries, error)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (consumer, event_id) do update
   set deliveries = excluded.deliveries, error = excluded.error,
       failed_at = now(), replayed_at = null
"""
_LIST = """
select id, tenant_id, consumer, event_id, event, deliveries, error, failed_at, replayed_at
  from dead_letters
 where (replayed_at is null or $1) and ($2::uuid is null or id = $2) order by failed_at, id
"""
_REPLAYED = "update dead_letters set replayed_at = now() where id = $1"


class UnknownDeadLetter(NotFound):
    """No such dead letter, or none whose consumer still exists."""

    code = "unknown_dead_letter"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that a consumer failed to handle until our limit of deliveries."""

    id: UUID
    tenant_id: UUID | None
    consumer: str
    event_id: UUID
    event: str
    deliveries: int
    error: str
    failed_at: datetime
    replayed_at: datetime | None


async def bury(
    database: "Database", consumer: str, message: Msg, event: Event | None, error: Exception
) -> None:
    """Keep a message that cannot be handled; `event` is None where it cannot even be read."""
    text = message.data.decode(errors="replace").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    async with database.plumbing() as connection:
        await connection.execute(
            _BURY, new_id(), event.tenant_id if event else None, consumer,
            event.id if event else _stand_in_id(message), text,
            message.metadata.num_delivered, f"{type(error).__name__}: {error}"[:2000],
        )  # fmt: skip
    metrics.DEAD_LETTERS.labels(consumer).inc()


async def list_dead_letters(context: "Context", *, with_replayed: bool = False) -> list[DeadLetter]:
    """Those that wait for a decision, oldest first."""
    return await _read(context.database, with_replayed, None)


async def replay(context: "Context", consumers: Sequence[Consumers], letter_id: UUID) -> None:
    """Handle it once more, now; raises what the handler does, and then changes nothing."""
    letters = await _read(context.database, True, letter_id)
    if not letters:
        raise UnknownDeadLetter()
    letter = letters[0]
    subscription = _subscription(consumers, letter.consumer)
    event = from_json(letter.event)
    await inbox.handle(context.database, context.service, subscription, [event])
    async with context.database.plumbing() as connection:
        await connection.execute(_REPLAYED, letter.id)


async def replay_all(context: "Context", consumers: Sequence[Consumers]) -> list[str]:
    """Replay whatever waits; the errors of those that failed again, which go on waiting."""
    errors = []
    for letter in await list_dead_letters(context):
        try:
            await replay(context, consumers, letter.id)
        except Exception as error:
            errors.append(f"{letter.id} {letter.consumer}: {error!r}")
    return errors


async def command(
    consumers: Sequence[Consumers], context: "Context", arguments: Sequence[str]
) -> None:
    """`dead-letters [list | replay ID | replay-all]`, a line of JSON each."""
    verb = arguments[0] if arguments else "list"
    if verb == "replay" and len(arguments) == 2:
        await replay(context, consumers, UUID(arguments[1]))
    elif verb == "replay-all":
        for error in await replay_all(context, consumers):
            print_json({"error": error})
    elif verb == "list":
        for letter in await list_dead_letters(context):
            print_json(letter)
    else:
        raise SystemExit("dead-letters [list | replay ID | replay-all]")


async def _read(
    database: "Database", with_replayed: bool, letter_id: UUID | None
) -> list[DeadLetter]:
    async with database.plumbing() as connection:
        rows: list[Any] = await connection.fetch(_LIST, with_replayed, letter_id)
    return [DeadLetter(**row) for row in rows]


def _subscription(consumers: Sequence[Consumers], durable: str) -> Subscription:
    for registry in consumers:
        for subscription in registry.subscriptions:
            if subscription.durable == durable:
                return subscription
    raise UnknownDeadLetter()


def _stand_in_id(message: Msg) -> UUID:
    """The same for every delivery of a message that carries no event id we can read."""
    return uuid5(NAMESPACE_OID, f"{message.metadata.stream}:{message.metadata.sequence.stream}")
