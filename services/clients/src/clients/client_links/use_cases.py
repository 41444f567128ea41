"""What can be done with links between clients."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.client_links import events, rules
from clients.client_links.repository import ClientLinkRepository
from clients.client_links.schemas import ClientLinkCreate, SubClientCreate
from clients.client_links.tables import ClientLink
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases.checks import client_to_write
from clients.clients.use_cases.creating import create_client


async def link_clients(work: UnitOfWork, body: ClientLinkCreate) -> ClientLink:
    """Link two clients, both of which the caller may change."""
    clients = ClientRepository(work)
    ends = (body.from_client_id, body.to_client_id)
    await clients.hold(*[await clients.survivor(end) or end for end in ends])
    first = await client_to_write(work, body.from_client_id, "from_client_id")
    second = await client_to_write(work, body.to_client_id, "to_client_id")
    above, below, kind = rules.directed(first.id, second.id, body.kind)
    upper = first if above == first.id else second
    return await _add(work, upper.version, {
        "id": body.id, "from_client_id": above, "to_client_id": below, "kind": kind,
        "title": body.title,
    })  # fmt: skip


async def add_sub_client(work: UnitOfWork, client_id: UUID, body: SubClientCreate) -> ClientLink:
    """Add a client and link it to the one it stands under; the same again is the same."""
    clients = ClientRepository(work)
    await clients.check_visible(client_id)
    work.authorize()
    await clients.hold(await clients.survivor(client_id) or client_id)
    upper = await client_to_write(work, client_id)
    _, made_id = await create_client(work, body.client)
    if known := await ClientLinkRepository(work).between(upper.id, made_id, body.kind):
        return known
    return await _add(work, upper.version, {
        "from_client_id": upper.id, "to_client_id": made_id, "kind": body.kind,
        "title": body.title,
    })  # fmt: skip


async def update_link(work: UnitOfWork, link_id: UUID, changes: dict[str, Any]) -> ClientLink:
    """Give a link another title."""
    link = await _for_change(work, link_id)
    changed = await ClientLinkRepository(work).update(link, **changes)
    if changed is not link:
        _tell(work, "updated", changed)
    return changed


async def delete_link(work: UnitOfWork, link_id: UUID) -> None:
    """Separate two clients."""
    link = await _for_change(work, link_id)
    await ClientLinkRepository(work).delete(link)
    _tell(work, "deleted", link)


async def remove_links(work: UnitOfWork, client_ids: Collection[UUID]) -> list[UUID]:
    """Separate clients from all others, whoever asks: for who erases them; the links' ids."""
    links = ClientLinkRepository(work)
    found = await links.of_clients(client_ids)
    for link in found:
        await links.delete(link)
        for end in {link.from_client_id, link.to_client_id} - set(client_ids):
            work.publish(events.link_changed("deleted", link, end))
    return [link.id for link in found]


async def check_merge(work: UnitOfWork, merged_id: UUID, survivor_id: UUID) -> None:
    """Raises MergeInCircle and TwoHeadOffices: what no link could have made no merge makes."""
    links, both = ClientLinkRepository(work), {merged_id, survivor_id}
    await links.lock_circles()
    if await links.is_below(both, both, rules.WITHOUT_CIRCLE, is_direct=False):
        raise rules.MergeInCircle()
    if len(await links.head_offices(*both) - both) > 1:
        raise rules.TwoHeadOffices()


async def _for_change(work: UnitOfWork, link_id: UUID) -> ClientLink:
    link = await ClientLinkRepository(work).get_for_update(link_id)
    for client_id in (link.from_client_id, link.to_client_id):
        await client_to_write(work, client_id)
    return link


async def _add(work: UnitOfWork, version: int, values: dict[str, Any]) -> ClientLink:
    links = ClientLinkRepository(work)
    if values["kind"] in rules.WITHOUT_CIRCLE:
        await links.lock_circles()
        above, below = values["from_client_id"], values["to_client_id"]
        if await links.is_below([above], [below], rules.WITHOUT_CIRCLE):
            raise rules.LinkInCircle(field="to_client_id")
    link, is_new = await links.add_once(**values)
    if is_new and link.kind == "branch" and len(await links.head_offices(link.to_client_id)) > 1:
        raise rules.HeadOfficeTaken()
    if not is_new:
        return link
    if link.kind in rules.SYMMETRIC:
        _tell(work, "added", link)
    else:
        work.publish(events.subclient_added(link, version))
        work.publish(events.link_changed("added", link, link.to_client_id))
    return link


def _tell(work: UnitOfWork, verb: str, link: ClientLink) -> None:
    for client_id in (link.from_client_id, link.to_client_id):
        work.publish(events.link_changed(verb, link, client_id))
