"""What is asked twice under an id of its maker's is made once, be it asked at the same time."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select

from chassis.repository import IdTaken, RowT
from chassis.statements import statement
from refs.lag import AboutClients

_ALONE: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


class MadeOnce(AboutClients[RowT]):
    """Rows about clients whose maker may name their id; their table has a `digest`."""

    async def known(self, entity_id: UUID | None, digest: bytes) -> RowT | None:
        """The row made before by the same id and request; raises IdTaken for another request.

        Whoever sends the same at the same time waits until the work ends.
        """
        if entity_id is None:
            return None
        key = f"{self.table.name}:{self.work.tenant_id}:{entity_id}"
        await self.work.execute(_ALONE, key=key)
        found: Any = await self.find(entity_id)
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        known: RowT | None = found
        return known

    async def add_new(self, **values: Any) -> RowT:
        """A new one; raises IdTaken."""
        if (made := await self.add_unless_taken(**values)) is None:
            raise IdTaken(field="id")
        return made
