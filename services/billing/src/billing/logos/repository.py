"""All SQL of logos."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, any_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from billing.logos.rules import LogoNotFound
from billing.logos.tables import Logo, logos
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork

_NEEDED: Final = statement(
    select(logos.c.object_id).where(
        logos.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        logos.c.object_id == any_(bindparam("object_ids", type_=ARRAY(Uuid))),
    )
)


class LogoRepository(Repository[Logo]):
    """The one row of the tenant."""

    table = logos
    row = Logo
    missing = LogoNotFound

    async def current(self) -> Logo | None:
        """None where the company has none."""
        return await self.find(self.work.tenant_id)


async def needed(work: UnitOfWork, object_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the stored pictures that are still the company's logo."""
    rows = await work.fetch(_NEEDED, tenant_id=work.tenant_id, object_ids=list(object_ids))
    return {row["object_id"] for row in rows}
