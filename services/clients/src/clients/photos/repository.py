"""All SQL of photos."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.photos.tables import ClientPhoto, client_photos

_C: Final = client_photos.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_OF: Final = statement(
    select(*_C).where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid)).with_for_update()
)
_SEEN: Final = statement(
    select(_C.object_id).where(_OURS, _C.client_id == bindparam("client_id", type_=Uuid))
)
_NEEDED: Final = statement(
    select(_C.object_id).where(
        _OURS, _C.object_id == any_(bindparam("object_ids", type_=ARRAY(Uuid)))
    )
)


class PhotoRepository(Repository[ClientPhoto]):
    """Photos; asked for only about a client that proved visible."""

    table = client_photos
    row = ClientPhoto

    async def of(self, client_id: UUID) -> ClientPhoto | None:
        """The client's photo, locked for a change."""
        return await self.one(_OF, client_id=client_id)

    async def object_of(self, client_id: UUID) -> UUID | None:
        """What is stored for a client."""
        found: UUID | None = await self.work.fetchval(
            _SEEN, tenant_id=self.work.tenant_id, client_id=client_id
        )
        return found


async def needed(work: UnitOfWork, object_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the stored objects that are still somebody's photo."""
    rows = await work.fetch(_NEEDED, tenant_id=work.tenant_id, object_ids=list(object_ids))
    return {row["object_id"] for row in rows}
