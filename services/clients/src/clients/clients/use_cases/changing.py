"""What changes a client: its own fields, its tags, its staff, its place in the archive."""

from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients import events
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import derived, failures, staff
from clients.clients.schemas.actions import StaffChange, TagChange
from clients.clients.schemas.records import ClientUpdate
from clients.clients.tables import Client
from clients.clients.use_cases.checks import check_references, check_shown, for_change
from clients.clients.use_cases.columns import amounts, columns_of, home_country
from clients.custom_fields.use_cases import values as custom
from clients.tags import rules as tag_rules
from clients.tags import use_cases as tags


async def update_client(work: UnitOfWork, client_id: UUID, body: ClientUpdate) -> Client:
    """Change a client's own fields (JSON merge patch)."""
    home = await home_country(work)
    client = await for_change(work, client_id)
    await check_shown(work, client.folder_id, _named(body))
    country = body.country_code or client.country_code or home
    changes = columns_of(body, country, patch=True) | await amounts(work, body, client)
    if body.availability and client.availability:
        given = body.availability.model_dump(mode="json", exclude_unset=True)
        changes["availability"] = client.availability | given
    if "code" in body.model_fields_set:
        changes |= derived.code(body.code)
    if changes.get("bill_to_id") == client.id:
        raise failures.BilledToItself(field="bill_to_id")
    await check_references(work, changes)
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
    named = body.model_fields_set - {"custom_fields"}
    fields = {name for name in named if getattr(changed, name) != getattr(client, name)}
    names = fields.union(written.changed)
    work.publish(events.client_updated(changed, [*names], written.follow_ups))
    _tell_tags(work, client, changed)
    return changed


async def tag_client(work: UnitOfWork, client_id: UUID, body: TagChange) -> Client:
    """Add and remove tags; those it has or has not already change nothing."""
    client = await for_change(work, client_id)
    await check_shown(work, client.folder_id, ["tags"])
    more = await tags.use(work, body.add)
    listed = tag_rules.added(tag_rules.removed(client.tags, body.remove), more)
    changed = await ClientRepository(work).update(client, tags=listed)
    _tell_tags(work, client, changed)
    return changed


async def assign_staff(work: UnitOfWork, client_id: UUID, body: StaffChange) -> Client:
    """Assign staff, or end their assignment; who is assigned sees the client."""
    client = await for_change(work, client_id)
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
    client = await for_change(work, client_id)
    changed = await ClientRepository(work).update(client, is_archived=archived)
    if changed is not client:
        work.publish(events.client_archived(changed))
    return changed


def _named(body: ClientUpdate) -> list[str]:
    """The fields that a body changes, custom fields one by one."""
    keys = [f"custom_fields.{key}" for key in body.custom_fields or ()]
    plain = body.model_fields_set - ({"custom_fields"} if body.custom_fields is not None else set())
    return sorted(plain.union(keys))


def _tell_tags(work: UnitOfWork, before: Client, after: Client) -> None:
    if more := [tag for tag in after.tags if tag not in before.tags]:
        work.publish(events.tags_changed("tagged", after, more))
    if fewer := [tag for tag in before.tags if tag not in after.tags]:
        work.publish(events.tags_changed("untagged", after, fewer))
