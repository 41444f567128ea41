"""What can be done with duplicates: find them, and say of two that they are not one."""

from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.repository.rows import ClientRepository
from clients.clients.use_cases.checks import client_to_write
from clients.custom_fields.use_cases.values import sensitive_names
from clients.duplicates import rules
from clients.duplicates.repository import DuplicateRepository
from clients.secrets.repository import SecretRepository


async def look_for_duplicates(work: UnitOfWork, client_id: UUID) -> None:
    """Compare a client, as it is now, with those that share a key; dismissed pairs stay so."""
    client = await ClientRepository(work).find(client_id)
    found = rules.Keys({}, {})
    if client is not None and client.id == client_id:
        names = await sensitive_names(work, client)
        secrets = await SecretRepository(work).read(client_id, list(names))
        about = {name: getattr(client, name)
                 for name in ("name", "phone_keys", "email_keys", "birth_date")}  # fmt: skip
        found = rules.keys(about, prints=[mark for _, mark in secrets.values()])
    duplicates = DuplicateRepository(work)
    await duplicates.lock()
    others = await duplicates.share(client_id, found)
    known = await duplicates.of_client(client_id)
    for other_id, reasons in others.items():
        if other_id in known:
            await duplicates.update(known[other_id], reasons=reasons)
        else:
            await _add(work, client_id, other_id, reasons=reasons, is_dismissed=False)
    for other_id in known.keys() - others.keys():
        if not known[other_id].is_dismissed:
            await duplicates.delete(known[other_id])


async def dismiss_duplicate(
    work: UnitOfWork, client_id: UUID, other_id: UUID, *, dismissed: bool
) -> UUID:
    """Say that two clients are not one, or take that back; gives the pair's id."""
    first = await client_to_write(work, client_id)
    second = await client_to_write(work, other_id, "other_client_id")
    if first.id == second.id:
        raise rules.OneClient(field="other_client_id")
    duplicates = DuplicateRepository(work)
    await duplicates.lock()
    known = (await duplicates.of_client(first.id)).get(second.id)
    if known is not None:
        return (await duplicates.update(known, is_dismissed=dismissed)).id
    return await _add(work, first.id, second.id, reasons=[], is_dismissed=dismissed)


async def _add(work: UnitOfWork, one: UUID, other: UUID, **values: object) -> UUID:
    first, second = sorted((one, other))
    added = await DuplicateRepository(work).add(
        first_client_id=first, second_client_id=second, **values
    )
    return added.id
