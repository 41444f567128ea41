"""Each event once: a note of it is committed together with its effect."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chassis import caller
from chassis.consumer import Subscription
from chassis.events import Event
from chassis.forgetting import lock_keys
from chassis.work import UnitOfWork

if TYPE_CHECKING:
    from chassis.database import Database

# Waits for a racing transaction with the same event, and skips it if that one commits: in one
# order, so that two with the same events do not wait for each other. An event about somebody who
# is forgotten is not handled, however late it comes.
_CLAIM = """
insert into inbox (event_at, event_id, consumer)
select at, id, $3 from unnest($1::timestamptz[], $2::uuid[], $5::uuid[]) as e (at, id, client_id)
 where not exists (select from forgotten f where f.tenant_id = $4 and f.id = e.client_id)
 order by id
    on conflict do nothing returning event_id
"""


async def handle(
    database: "Database", service: str, subscription: Subscription, events: Sequence[Event]
) -> None:
    """Handle events of one tenant in one transaction; an event handled before is skipped."""
    system = caller.system(events[0].tenant_id, service)
    async with database.work(system, role="worker") as work:
        work.plan_once()
        work.held = lock_keys(event.client_id for event in events if event.client_id)
        work.holds_alone = subscription.alone
        wanted = await _wanted(work, subscription, events)
        new = await _claim(work, subscription.durable, wanted) if wanted else set()
        if once := {event.id: event for event in wanted if event.id in new}:
            await subscription.handler(work, list(once.values()))


async def _wanted(
    work: UnitOfWork, subscription: Subscription, events: Sequence[Event]
) -> Sequence[Event]:
    if (wants := subscription.wanted) is None:
        return events
    return [event for event in events if await wants(work, event)]


async def _claim(work: UnitOfWork, consumer: str, events: Sequence[Event]) -> set[object]:
    connection = await work.connection()
    rows = await connection.fetch(
        _CLAIM, [event.time for event in events], [event.id for event in events], consumer,
        work.tenant_id, [event.client_id for event in events],
    )  # fmt: skip
    return {row["event_id"] for row in rows}
