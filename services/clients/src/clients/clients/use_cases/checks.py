"""What must hold before a client is written."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from chassis.work import UnitOfWork
from clients.categories.use_cases import check_category
from clients.clients.repository.rows import ClientRepository
from clients.clients.rules import failures
from clients.clients.tables import Client
from clients.follow_up_statuses.use_cases import check_follow_up_status
from clients.visible_fields.repository import hidden_fields
from refs.writing import check_may_write


async def client_to_write(work: UnitOfWork, client_id: UUID, field: str = "client_id") -> Client:
    """The client that a body names; raises UnknownClient and FolderNotWritable."""
    client = await ClientRepository(work).find(client_id)
    if client is None:
        raise failures.UnknownClient(field=field)
    await check_may_write(work, client.folder_id, client.editor_ids)
    return client


async def for_change(work: UnitOfWork, client_id: UUID) -> Client:
    """The client, locked; raises ClientNotFound, Forbidden, FolderNotWritable and Stale."""
    client = await ClientRepository(work).get_for_update(client_id)
    await check_may_write(work, client.folder_id, client.editor_ids)
    return client


async def check_shown(work: UnitOfWork, folder_id: UUID, names: Iterable[str]) -> None:
    """Raises FieldHidden: whether a field has a value would be seen by what changing it does."""
    (await hidden_fields(work)).check(folder_id, names)


async def check_references(work: UnitOfWork, values: Mapping[str, Any]) -> dict[str, int]:
    """The hours after which each chosen status calls for a follow-up."""
    await check_category(work, values.get("category_id"))
    if (payer_id := values.get("bill_to_id")) and not await ClientRepository(work).find(payer_id):
        raise failures.UnknownClient(field="bill_to_id")
    pinned = await check_follow_up_status(work, values.get("pinned_status_id"), "pinned")
    variable = await check_follow_up_status(work, values.get("follow_up_status_id"), "variable")
    chosen = {"pinned_status_id": pinned, "follow_up_status_id": variable}
    hours = {name: one.requires_follow_up_after_hours for name, one in chosen.items() if one}
    return {name: after for name, after in hours.items() if after is not None}
