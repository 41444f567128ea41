"""What can be done with clients: the one place where they change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

import orjson

from chassis.cache import TenantCache
from chassis.documents import Document
from chassis.repository import IdTaken
from chassis.work import UnitOfWork
from clients.assignment_rules.use_cases import choose
from clients.categories.use_cases import check_category
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import derived, failures, staff
from clients.clients.schemas.actions import StaffChange, StatusChange, TagChange
from clients.clients.schemas.records import ClientCreate, ClientFields, ClientUpdate
from clients.clients.tables import Client
from clients.custom_fields.rules.filters import FieldFilter
from clients.custom_fields.use_cases import values as custom
from clients.due_follow_ups.use_cases import begin_follow_up, fall_due
from clients.folders import use_cases as folders
from clients.follow_up_statuses.use_cases import check_follow_up_status
from clients.serials.rules import code_of
from clients.serials.use_cases import take_serial
from clients.tags import rules as tag_rules
from clients.tags import use_cases as tags
from refs import people
from refs.visibility import may_write, sight_of

# Numbers typed without a country code are read as dialled at home.
_home: Final = TenantCache[str](seconds=300)
_DEFAULT_HOME: Final = "SA"
_SEALED: Final = {"custom_fields", "national_id"}
_IN_JSON: Final = {"phones", "emails", "addresses", "links", "staff", "availability"}
# Written with what else follows from them.
_APART: Final = {"id", "folder_id", "status_id", "code", "custom_fields", "national_id"}


async def create_client(work: UnitOfWork, body: ClientCreate) -> tuple[Document, UUID]:
    """Add a client: its JSON and its id; the same body with the same `id` is the same client."""
    folder_id, status_id = await folders.choose_place(work, body.folder_id, body.status_id)
    country = body.country_code or await _home_country(work)
    chosen_id = None if body.staff else await choose(work, folder_id, country)
    written = await custom.values_of_new(work, folder_id, body, country)
    serial = await take_serial(work)
    values = _values(body, country)
    clients = ClientRepository(work)
    await _check_may_write(work, folder_id, values["editor_ids"])
    hours = await _check_references(work, values)
    if chosen_id:  # after the check: no rule gives a right to who adds the client
        values |= derived.staff([{"user_id": str(chosen_id), "role": "owner"}])
    values["tags"] = await tags.use(work, values["tags"])
    values["source"] = body.source or derived.source(work.caller.principal)
    made = await clients.write(
        **values, id=body.id, folder_id=folder_id, status_id=status_id, serial=serial,
        **derived.code(body.code or code_of(serial)), is_archived=False,
        created_digest=_digest(body, written) if body.id else None, **written.columns,
    )  # fmt: skip
    if made is None:
        return await _made_before(work, body, written)
    client, document = made
    await custom.keep(work, client.id, written)
    for field in hours:
        await begin_follow_up(work, client.id, field, hours[field])
    work.publish(events.client_created(client))
    if chosen_id:
        work.publish(events.staff_assigned(client, client.staff, []))
    return document, client.id


async def update_client(work: UnitOfWork, client_id: UUID, body: ClientUpdate) -> Client:
    """Change a client's own fields (JSON merge patch)."""
    home = await _home_country(work)
    client = await _for_change(work, client_id)
    country = body.country_code or client.country_code or home
    changes = _values(body, country, patch=True)
    if body.availability and client.availability:
        given = body.availability.model_dump(mode="json", exclude_unset=True)
        changes["availability"] = client.availability | given
    if "code" in body.model_fields_set:
        changes |= derived.code(body.code)
    if changes.get("bill_to_id") == client.id:
        raise failures.BilledToItself(field="bill_to_id")
    await _check_references(work, changes)
    written = await custom.values_after(work, client, body, country)
    await custom.keep(work, client.id, written)
    changes |= written.columns
    if written.secrets:  # two values may look alike when masked
        changes["updated_at"] = work.now
    if "tags" in changes:
        changes["tags"] = await tags.use(work, changes["tags"])
    changed = await ClientRepository(work).update(client, **changes)
    if changed is client:
        return client
    names = body.model_fields_set - {"custom_fields"}
    fields = {name for name in names if getattr(changed, name) != getattr(client, name)}
    work.publish(events.client_updated(changed, [*fields.union(written.changed)]))
    _tell_tags(work, client, changed)
    return changed


async def move_client(
    work: UnitOfWork, client_id: UUID, folder_id: UUID, status_id: UUID | None = None
) -> Client:
    """Put a client into another folder, with a status of it or its default."""
    await folders.outline(work)
    client = await _for_change(work, client_id)
    if folder_id == client.folder_id and status_id is None:
        return client
    folder_id, status_id = await folders.choose_place(work, folder_id, status_id)
    if folder_id == client.folder_id:
        return await _set_status(work, client, {"status_id": status_id}, None)
    await _check_may_write(work, folder_id, client.editor_ids)
    moved = await ClientRepository(work).update(client, folder_id=folder_id, status_id=status_id)
    work.publish(events.folder_changed(moved, client.folder_id))
    return moved


async def change_status(work: UnitOfWork, client_id: UUID, body: StatusChange) -> Client:
    """Choose the folder status, the pinned or the follow-up status."""
    await folders.outline(work)
    client = await _for_change(work, client_id)
    chosen = body.model_dump(exclude_unset=True, exclude={"reason"})
    if not chosen:
        raise failures.StatusMissing(field="status_id")
    if "status_id" in chosen:
        if body.status_id is None:
            raise failures.StatusNeeded(field="status_id")
        await folders.choose_place(work, client.folder_id, body.status_id)
    hours = await _check_references(work, chosen)
    changed = await _set_status(work, client, chosen, body.reason)
    for field in chosen.keys() - {"status_id"}:
        if getattr(changed, field) != getattr(client, field):
            await begin_follow_up(work, client_id, field, hours.get(field))
    return changed


async def tag_client(work: UnitOfWork, client_id: UUID, body: TagChange) -> Client:
    """Add and remove tags; those it has or has not already change nothing."""
    client = await _for_change(work, client_id)
    more = await tags.use(work, body.add)
    listed = tag_rules.added(tag_rules.removed(client.tags, body.remove), more)
    changed = await ClientRepository(work).update(client, tags=listed)
    _tell_tags(work, client, changed)
    return changed


async def assign_staff(work: UnitOfWork, client_id: UUID, body: StaffChange) -> Client:
    """Assign staff, or end their assignment; who is assigned sees the client."""
    client = await _for_change(work, client_id)
    more = [member.model_dump(mode="json") for member in body.add]
    listed = staff.assigned(staff.released(client.staff, body.remove), more)
    changed = await ClientRepository(work).update(client, **derived.staff(listed))
    if changed is not client:
        added = [member for member in listed if member not in client.staff]
        left = {m["user_id"] for m in client.staff} - {m["user_id"] for m in listed}
        work.publish(events.staff_assigned(changed, added, sorted(left)))
    return changed


async def archive_client(work: UnitOfWork, client_id: UUID, *, archived: bool) -> Client:
    """Put a client away, or bring it back; nothing of it is lost."""
    client = await _for_change(work, client_id)
    changed = await ClientRepository(work).update(client, is_archived=archived)
    if changed is not client:
        work.publish(events.client_archived(changed))
    return changed


async def follow_up_due(work: UnitOfWork, client_id: UUID, field: str, due_at: datetime) -> None:
    """Tell that a client waits for the follow-up its status calls for, if it still does."""
    client = await ClientRepository(work).get_for_update(client_id)
    if await fall_due(work, client_id, field, due_at) and not client.is_archived:
        work.publish(events.follow_up_due(client, getattr(client, field)))


async def replace_tag(work: UnitOfWork, old: str, new: str | None) -> bool:
    """Rename or remove a tag on some of the clients that have it; whether there were any."""
    clients = ClientRepository(work)
    some = await clients.tagged(old)
    for client in some:
        kept = tag_rules.removed(client.tags, [old])
        listed = tag_rules.added(kept, [new]) if new else kept
        changed = await clients.update(client, tags=listed)
        work.publish(events.client_updated(changed, ["tags"]))
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


async def client_to_write(work: UnitOfWork, client_id: UUID, field: str = "client_id") -> Client:
    """The client that a body names; raises UnknownClient and FolderNotWritable."""
    client = await ClientRepository(work).find(client_id)
    if client is None:
        raise failures.UnknownClient(field=field)
    await _check_may_write(work, client.folder_id, client.editor_ids)
    return client


async def filters_by_fields(
    work: UnitOfWork, parameters: Iterable[tuple[str, str]]
) -> list[FieldFilter]:
    """The filters of a list by custom fields; raises Invalid, naming the parameters."""
    return await custom.filters_by_fields(work, parameters, await _home_country(work))


async def _for_change(work: UnitOfWork, client_id: UUID) -> Client:
    """The client, locked; raises ClientNotFound, Forbidden, FolderNotWritable and Stale."""
    client = await ClientRepository(work).get_for_update(client_id)
    await _check_may_write(work, client.folder_id, client.editor_ids)
    return client


async def _check_may_write(work: UnitOfWork, folder_id: UUID, editor_ids: list[UUID]) -> None:
    if not may_write(await sight_of(work), folder_id, editor_ids):
        raise failures.FolderNotWritable()


async def _check_references(work: UnitOfWork, values: Mapping[str, Any]) -> dict[str, int]:
    """The hours after which each chosen status calls for a follow-up."""
    await check_category(work, values.get("category_id"))
    if (payer_id := values.get("bill_to_id")) and not await ClientRepository(work).find(payer_id):
        raise failures.UnknownClient(field="bill_to_id")
    pinned = await check_follow_up_status(work, values.get("pinned_status_id"), "pinned")
    variable = await check_follow_up_status(work, values.get("follow_up_status_id"), "variable")
    chosen = {"pinned_status_id": pinned, "follow_up_status_id": variable}
    hours = {name: one.requires_follow_up_after_hours for name, one in chosen.items() if one}
    return {name: after for name, after in hours.items() if after is not None}


async def _set_status(
    work: UnitOfWork, client: Client, chosen: Mapping[str, UUID | None], reason: str | None
) -> Client:
    changed = await ClientRepository(work).update(client, **chosen)
    for field in chosen:
        before, after = getattr(client, field), getattr(changed, field)
        if before != after:
            work.publish(events.status_changed(changed, field, before, after, reason))
    return changed


def _tell_tags(work: UnitOfWork, before: Client, after: Client) -> None:
    if more := [tag for tag in after.tags if tag not in before.tags]:
        work.publish(events.tags_changed("tagged", after, more))
    if fewer := [tag for tag in before.tags if tag not in after.tags]:
        work.publish(events.tags_changed("untagged", after, fewer))


async def _made_before(
    work: UnitOfWork, body: ClientCreate, written: custom.Written
) -> tuple[Document, UUID]:
    if body.id is None or await ClientRepository(work).digest(body.id) != _digest(body, written):
        raise IdTaken(field="id")
    work.status = 200
    return await ClientRepository(work).read(body.id), body.id


def _digest(body: ClientCreate, written: custom.Written) -> bytes:
    given = body.model_dump(mode="json", exclude_unset=True)
    # As shown, not as typed: whoever has the database could try all identity numbers.
    given |= {
        name: written.columns[name] for name in _SEALED & given.keys() & written.columns.keys()
    }
    return sha256(orjson.dumps(given, option=orjson.OPT_SORT_KEYS)).digest()


def _values(body: ClientFields, country: str, *, patch: bool = False) -> dict[str, Any]:
    """Column values of a body, with what is derived from them."""
    left_out = _APART | _IN_JSON
    values = body.model_dump(exclude=left_out, exclude_unset=patch)
    return values | derived.contents(
        body.model_dump(mode="json", include=_IN_JSON, exclude_unset=patch), country
    )


async def _home_country(work: UnitOfWork) -> str:
    if (known := _home.get(work)) is not None:
        return known
    async with work.database.work(work.caller) as own:
        tenant = await people.tenant(own)
    if tenant is None or not tenant.country:
        return _DEFAULT_HOME
    return _home.put(work, tenant.country)
