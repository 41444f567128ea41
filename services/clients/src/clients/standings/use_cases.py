"""Taking over what later services tell of a client."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from chassis.work import UnitOfWork
from clients.standings import repository
from clients.standings.rules import Standing


async def take_over(work: UnitOfWork, told: Sequence[Standing], at: datetime) -> None:
    """Keep the newest of each, and what it makes of its client."""
    ids = await repository.with_survivors(work, await repository.owners(work, told))
    await repository.hold(work, ids, at)
    await repository.put(work, told)
    for client_id in ids:
        await repository.sum_up(work, client_id)


async def sum_up(work: UnitOfWork, client_id: UUID, at: datetime) -> None:
    """What a client owes and expects, now that it answers for others or for itself again."""
    if not await repository.is_summed(work, client_id):
        return
    await repository.hold(work, [client_id], at)
    await repository.sum_up(work, client_id)
