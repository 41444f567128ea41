"""Rows about two clients, who both have to be seen by whoever reads or changes one."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Uuid, bindparam, select

from chassis.repository import RowT
from chassis.statements import Statement, statement
from refs import lag
from refs.lag import AboutClients
from refs.writing import UNASKED, Access, check_remembered


class AboutTwoClients(AboutClients[RowT]):
    """The one of `client_id` is asked about as with any row, the `other` one too."""

    other: Column[Any]

    async def check(self, entity_id: UUID) -> Access:
        said = await super().check(entity_id)
        if not lag.is_late(self.work.database) or self.work.caller.is_owner:
            return said
        async with self.work.database.work(self.work.caller) as work:
            query = _whose(self.other)
            other_id = await work.fetchval(query, tenant_id=work.tenant_id, id=entity_id)
        more = UNASKED if other_id is None else await lag.access(self.work, other_id)
        if not more.may_see:
            raise self.missing()
        return Access(may_write=said.may_write and more.may_write)

    async def get_for_update(self, entity_id: UUID) -> RowT:
        """The row, locked for a change, by who may change both."""
        row = await super().get_for_update(entity_id)
        await check_remembered(self.work, getattr(row, self.other.key), UNASKED)
        return row


@lru_cache(maxsize=8)
def _whose(other: Column[Any]) -> Statement:
    table: Any = other.table
    found = select(other).where(
        table.c.tenant_id == bindparam("tenant_id", type_=Uuid),
        table.c.id == bindparam("id", type_=Uuid),
    )
    return statement(found)
