"""Events door of duplicates: a client is compared when what it is known by has changed."""

import logging
from collections.abc import Sequence
from typing import Final

from chassis.caller import system
from chassis.consumer import Consumers
from chassis.context import Context
from chassis.events import Event
from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.duplicates import use_cases
from clients.folders.repository import every_tenant

consumers = Consumers("clients-duplicates")

_KNOWN_BY: Final = {"name", "phones", "emails", "birth_date", "national_id"}
_VERBS: Final = ("created", "updated", "merged", "unmerged", "redirected")
_AT_ONCE: Final = 50
_log = logging.getLogger(__name__)


async def _is_compared(_: UnitOfWork, event: Event) -> bool:
    if not event.type.endswith(".updated"):
        return True
    changed = set(event.data.get("changed", ()))
    return bool(changed & _KNOWN_BY) or any(one.startswith("custom_fields.") for one in changed)


@consumers.together(*(f"clients.client.{verb}" for verb in _VERBS), wanted=_is_compared)
async def on_client_changed(work: UnitOfWork, events: Sequence[Event]) -> None:
    """Look for other records of the same people."""
    await use_cases.look_for_duplicates(work, {event.subject for event in events})


async def find_all(context: Context, _: Sequence[str]) -> int:
    """`find-duplicates`: compare every client anew, for data older than the finder or its rules."""
    count = 0
    async for tenant_id in every_tenant(context):
        caller = system(tenant_id, context.service)
        async with context.database.work(caller, role="worker") as work:
            ids = [one.id async for piece in ClientRepository(work).pieces() for one in piece]
        for start in range(0, len(ids), _AT_ONCE):
            async with context.database.work(caller, role="worker") as work:
                await use_cases.look_for_duplicates(work, ids[start : start + _AT_ONCE])
        count += len(ids)
    _log.info("clients compared: %s", count)
    return count
