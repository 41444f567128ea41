"""What can be done with duplicates: find them, and say of two that they are not one."""

from collections.abc import Collection
from uuid import UUID

from chassis.work import UnitOfWork
from clients.clients.use_cases.checks import client_to_write
from clients.custom_fields.use_cases.values import sensitive_names
from clients.duplicates import rules
from clients.duplicates.repository import DuplicateRepository
from clients.secrets.repository import SecretRepository


async def look_for_duplicates(work: UnitOfWork, client_ids: Collection[UUID]) -> None:
    """Compare clients, as they are now, with those that share a key; dismissed pairs stay so."""
    found = await _keys(work, client_ids)
    duplicates = DuplicateRepository(work)
    await duplicates.lock()
    shared = await duplicates.share(client_ids, found)
    known = await duplicates.of_clients(client_ids)
    for pair, reasons in shared.items():
        if pair in known:
            await duplicates.update(known[pair], reasons=reasons)
        else:
            await _add(work, pair, reasons=reasons, is_dismissed=False)
    for pair in known.keys() - shared.keys():
        if not known[pair].is_dismissed:
            await duplicates.delete(known[pair])


async def _keys(work: UnitOfWork, client_ids: Collection[UUID]) -> dict[UUID, rules.Keys]:
    """What those of the clients that stand for themselves are found by."""
    clients = await DuplicateRepository(work).compared(client_ids)
    secrets = await SecretRepository(work).fingerprints(client_ids)
    found = {}
    for client in clients:
        about = {name: getattr(client, name)
                 for name in ("name", "phone_keys", "email_keys", "birth_date")}  # fmt: skip
        prints = secrets.get(client.id, {})
        names = await sensitive_names(work, client) if prints else set()
        found[client.id] = rules.keys(about, prints=[prints[n] for n in names & prints.keys()])
    return found


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
    pair = rules.pair(first.id, second.id)
    known = (await duplicates.of_clients([first.id])).get(pair)
    if known is not None:
        return (await duplicates.update(known, is_dismissed=dismissed)).id
    return await _add(work, pair, reasons=[], is_dismissed=dismissed)


async def _add(work: UnitOfWork, pair: rules.Pair, **values: object) -> UUID:
    first, second = pair
    added = await DuplicateRepository(work).add(
        first_client_id=first, second_client_id=second, **values
    )
    return added.id
