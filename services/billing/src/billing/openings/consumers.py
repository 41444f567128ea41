"""What happens here when a client's record names an opening balance, or another one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from billing.openings.repository import OpeningRepository
from billing.openings.use_cases import Heard, Moved, Told, keep_opening, wait_for_others
from chassis.caller import system
from chassis.consumer import Consumers
from chassis.context import Context
from chassis.events import Event
from chassis.forgetting import hold
from chassis.work import UnitOfWork
from refs import peers, snapshot

consumers = Consumers("billing-openings")
_NAMED: Final = frozenset({"opening_balance", "currency"})
_VERBS: Final = ("created", "updated", "merged", "unmerged", "redirected")


async def _may_differ(work: UnitOfWork, event: Event) -> bool:
    client, verb = event.data["client"], event.type.rpartition(".")[2]
    if verb == "created":
        return bool(client.get("opening_balance"))
    if verb == "updated":
        return not _NAMED.isdisjoint(event.data.get("changed", ()))
    if verb != "redirected":
        return True
    # Else the merges themselves tell it, which are heard with what the survivor's record says then.
    known = await OpeningRepository(work).find(UUID(client["id"]))
    is_taken_over = known is not None and known.merged_into is not None and known.moved_by is None
    return is_taken_over and bool(client.get("merged_into"))


async def _wait(work: UnitOfWork, events: Sequence[Event]) -> None:
    await wait_for_others(work, [_heard(event) for event in events])


@consumers.on(*(f"clients.client.{verb}" for verb in _VERBS), wanted=_may_differ, first=_wait)
async def on_client_changed(work: UnitOfWork, event: Event) -> None:
    """Keep the opening balance as the record says now."""
    await keep_opening(work, *_heard(event))


def _heard(event: Event) -> Heard:
    client, merged = event.data["client"], event.data.get("merged_id")
    if event.type == "clients.client.redirected":
        moved = _as_it_is(client)
    elif merged:
        into = UUID(client["id"]) if event.type == "clients.client.merged" else None
        moved = Moved(UUID(merged), into, event.id)
    else:
        moved = None
    return _told(client), moved


async def load_openings(context: Context) -> None:
    """Begin to take over what clients owed who were there before this service, once."""
    await snapshot.take_once(context, "openings", _take_over)


async def _take_over(context: Context) -> None:
    async for tenant_id, clients in peers.snapshot_clients(context):
        for client in clients:
            if not client["opening_balance"] and not client["merged_into"]:
                continue
            async with context.database.work(system(tenant_id, context.service)) as work:
                if await hold(work, UUID(client["id"])):
                    continue
                heard = _told(client), _as_it_is(client)
                await wait_for_others(work, [heard])
                await keep_opening(work, *heard)


def _told(client: Mapping[str, Any]) -> Told | None:
    # An earlier release told nothing of it.
    if "opening_balance" not in client:
        return None
    said = client["opening_balance"], client.get("currency", "")
    return Told(UUID(client["id"]), client["version"], *said)


def _as_it_is(client: Mapping[str, Any]) -> Moved | None:
    into = client.get("merged_into")
    return Moved(UUID(client["id"]), UUID(into), None) if into else None
