"""Two clients locked together, made one, and parted again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from chassis.work import UnitOfWork
from clients.categories.repository import CategoryRepository
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import contacts, derived, failures
from clients.clients.rules.merging import columns
from clients.clients.tables import Client
from clients.due_follow_ups.use_cases import part_follow_ups
from clients.follow_up_statuses.repository import FollowUpStatusRepository
from clients.visible_fields.repository import hidden_fields
from clients.visible_fields.rules import CHOSEN
from refs.visibility import sight_of
from refs.writing import FolderNotWritable, check_may_write

# How often another merge may come first while this one waits for its two clients.
_TRIES: Final = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clients, locked: one that is or shall be merged, and the one that answers for it."""

    merged: Client
    survivor: Client


async def lock_pair(work: UnitOfWork, client_id: UUID, into_id: UUID) -> Pair:
    """A client and the one it shall be merged into, or that one's survivor; both may be changed.

    Raises ClientNotFound, AlreadyMerged, MergedIntoItself, SurvivorArchived, Stale, Forbidden.
    """
    clients = ClientRepository(work)
    for _ in range(_TRIES):
        survivor_id = await clients.survivor(into_id) or into_id
        if client_id in (into_id, survivor_id):
            raise failures.MergedIntoItself(field="into_id")
        found = await clients.lock(client_id, survivor_id)
        if client_id not in found and await clients.survivor(client_id):
            await clients.check_visible(client_id)
            raise failures.AlreadyMerged()
        if client_id not in found:
            raise failures.ClientNotFound()
        if survivor_id in found or not await clients.survivor(survivor_id):
            break
    work.authorize()
    work.check_version(client_id, found[client_id].version)
    if survivor_id not in found:
        raise failures.ClientNotFound(field="into_id")
    pair = Pair(found[client_id], found[survivor_id])
    await _check_may_write(work, pair)
    if pair.survivor.is_archived:
        raise failures.SurvivorArchived(field="into_id")
    return pair


async def lock_merged(work: UnitOfWork, client_id: UUID, survivor_id: UUID) -> Pair | None:
    """A merged client and its survivor; None where they have parted. Raises SurvivorMerged."""
    clients = ClientRepository(work)
    found = await clients.lock(survivor_id)
    if survivor_id not in found:
        await clients.check_visible(survivor_id)
        raise failures.SurvivorMerged()
    merged = await clients.merged(client_id, lock=True)
    if merged is None or merged.merged_into != survivor_id:
        return None
    # Its survivor is seen, the client itself perhaps not: nobody frees what they will not see.
    if not (await sight_of(work)).may_see(merged.folder_id, merged.staff_ids):
        raise FolderNotWritable()
    pair = Pair(merged, found[survivor_id])
    await _check_may_write(work, pair)
    return pair


async def unite(work: UnitOfWork, pair: Pair, values: Mapping[str, Any], merge_id: UUID) -> Client:
    """Give the survivor these values and let it answer for the other one from now on."""
    clients, marks = ClientRepository(work), {}
    changes = _row(values) | {"updated_at": work.now}
    if "external_id" in changes:  # the other one's, shared with others or not
        changes["shares_external_id"] = pair.merged.shares_external_id
    elif pair.survivor.external_id == pair.merged.external_id and pair.survivor.shares_external_id:
        # Who answers for both has it for itself if one of them had.
        changes["shares_external_id"] = pair.merged.shares_external_id
        marks["shares_external_id"] = True
    for before in [pair.merged, *await clients.lock_merged(pair.merged.id)]:
        more = marks if before is pair.merged else {}
        redirected = await clients.update(before, merged_into=pair.survivor.id, **more)
        work.publish(events.client_redirected(redirected, merge_id))
    survivor = await clients.update(pair.survivor, **changes)
    work.publish(events.client_merged(survivor, merge_id, pair.merged.id))
    return survivor


async def part(
    work: UnitOfWork, pair: Pair, values: Mapping[str, Any], merge_id: UUID, *,
    under: Iterable[UUID],
) -> Client:  # fmt: skip
    """Let the merged client stand for itself again, and for those that came `under` it."""
    clients, below = ClientRepository(work), set(under)
    changes = await _kept(work, _row(values)) | {"updated_at": work.now}
    # First, as no two may have one external id.
    survivor = await clients.update(pair.survivor, **changes)
    redirected = await clients.update(pair.merged, merged_into=None)
    work.publish(events.client_redirected(redirected, merge_id, survivor.id))
    for before in await clients.lock_merged(pair.survivor.id):
        if before.id in below:
            back = await clients.update(before, merged_into=pair.merged.id)
            work.publish(events.client_redirected(back, merge_id, survivor.id))
    await part_follow_ups(work, pair.survivor.id, [pair.merged.id, *below])
    work.publish(events.client_unmerged(survivor, merge_id, pair.merged.id))
    return survivor


async def _check_may_write(work: UnitOfWork, pair: Pair) -> None:
    hidden = await hidden_fields(work)
    for client in (pair.merged, pair.survivor):
        # What is hidden in one folder would be read in the other.
        hidden.check(client.folder_id, CHOSEN)
        await check_may_write(work, client.folder_id, client.editor_ids)


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as columns, with what follows from them."""
    made = columns(values)
    if "phones" in made:
        made["phone_keys"] = contacts.phone_keys(made["phones"])
    if "emails" in made:
        made["email_keys"] = contacts.email_keys(made["emails"])
    return made | derived.staff(made["staff"]) if "staff" in made else made


async def _kept(work: UnitOfWork, changes: dict[str, Any]) -> dict[str, Any]:
    """What comes back refers to what is still there."""
    category_id = changes.get("category_id")
    if category_id and await CategoryRepository(work).find(category_id) is None:
        changes["category_id"] = None
    for name in ("pinned_status_id", "follow_up_status_id"):
        status_id = changes.get(name)
        if status_id and await FollowUpStatusRepository(work).find(status_id) is None:
            changes[name] = None
    return changes
