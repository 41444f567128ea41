"""What happens here when a client's record names an opening balance, or another one."""

from typing import Final
from uuid import UUID

from billing.openings.use_cases import Told, keep_opening
from chassis.consumer import Consumers
from chassis.events import Event
from chassis.work import UnitOfWork

consumers = Consumers("billing-openings")
_NAMED: Final = frozenset({"opening_balance", "currency"})


async def _may_differ(_: UnitOfWork, event: Event) -> bool:
    if event.type == "clients.client.created":
        return bool(event.data["client"].get("opening_balance"))
    is_update = event.type == "clients.client.updated"
    return not is_update or not _NAMED.isdisjoint(event.data.get("changed", ()))


@consumers.on(
    *(f"clients.client.{verb}" for verb in ("created", "updated", "merged", "unmerged")),
    wanted=_may_differ,
)
async def on_client_changed(work: UnitOfWork, event: Event) -> None:
    """Keep the opening balance as the record says now."""
    client = event.data["client"]
    # An earlier release told nothing of it.
    if "opening_balance" not in client:
        return
    await keep_opening(work, Told(
        UUID(client["id"]), UUID(client.get("merged_into") or client["id"]), client["version"],
        client["opening_balance"], client.get("currency", ""),
    ))  # fmt: skip
