"""What the clock and jobs do with clients, some of them at a time."""

from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients import events
from clients.clients.repository import noted_tags
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import derived, staff
from clients.clients.tables import Client
from clients.due_follow_ups.use_cases import fall_due, told_for
from clients.tags import rules as tag_rules

_CUSTOM: Final = "custom_fields."


async def follow_up_due(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> None:
    """Tell that a client waits for what its status or field calls for, if it still does."""
    clients = ClientRepository(work)
    client = await clients.get_for_update(client_id)
    is_due = await fall_due(work, client_id, field, due_at, client.id)
    # What a merged client's own status calls for is called for by its survivor.
    own = client if client.id == client_id else await clients.merged(client_id)
    reason = own and _called_for(own, field)
    if not is_due or client.is_archived or not reason:
        return
    work.publish(events.follow_up_due(client, field, reason))
    whole = [client, *await clients.lock_merged(client.id)]
    if same := [o.id for o in whole if o.id != client_id and _called_for(o, field) == reason]:
        await told_for(work, client.id, field, same)


async def replace_tag(work: UnitOfWork, old: str, new: str | None) -> bool:
    """Rename or remove a tag on some of the clients that have it; whether there were any."""
    clients = ClientRepository(work)
    some = await clients.tagged(old)
    replaced = partial(_replaced, old=old, new=new)
    for client in some:
        changed = await clients.update(client, tags=replaced(client.tags))
        work.publish(events.client_updated(changed, ["tags"]))
    await noted_tags.retag(work, [client.id for client in some], replaced)
    return bool(some)


async def hand_over(work: UnitOfWork, leaver_id: UUID, heir_id: UUID) -> bool:
    """Assign the heir to some of the clients of somebody who left; whether there were any."""
    clients = ClientRepository(work)
    some = await clients.of_staff(leaver_id)
    for client in some:
        listed = staff.handed_over(client.staff, leaver_id, heir_id)
        changed = await clients.update(client, **derived.staff(listed))
        added = [member for member in listed if member not in client.staff]
        work.publish(events.staff_assigned(changed, added, [str(leaver_id)]))
    return bool(some)


def _replaced(listed: list[str], *, old: str, new: str | None) -> list[str]:
    kept = tag_rules.removed(listed, [old])
    return tag_rules.added(kept, [new]) if new and kept != listed else kept


def _called_for(client: Client, field: str) -> Any:
    if field.startswith(_CUSTOM):
        return client.custom_fields.get(field.removeprefix(_CUSTOM))
    return getattr(client, field)
