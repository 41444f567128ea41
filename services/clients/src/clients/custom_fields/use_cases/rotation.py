"""Sensitive values put under the current master key, so that an older one can be taken away."""

from uuid import UUID

from chassis.work import UnitOfWork
from clients.custom_fields.repository import CustomFieldRepository
from clients.custom_fields.rules.definitions import Definitions
from clients.secrets import use_cases as secrets

Place = tuple[UUID, str]


async def reseal(work: UnitOfWork, after: Place) -> tuple[int, Place | None]:
    """Seal some of the tenant's values anew: how many needed it, and where to go on."""
    resealed, place = await secrets.reseal(work, after)
    if not resealed:
        return 0, place
    beside = CustomFieldRepository(work)
    fields = Definitions(await beside.definitions())
    for (client_id, name), value in resealed.items():
        field = fields.by_key.get(name.partition(".")[2])
        if field and field.unique:
            await beside.release(client_id, places=[], unique=[field.id])
            await beside.take(client_id, {field.id: secrets.fingerprint(work, name, value)})
    return len(resealed), place
