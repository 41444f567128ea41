"""All SQL of client numbers."""

from typing import Final

from sqlalchemy import BigInteger, bindparam
from sqlalchemy.dialects.postgresql import insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.serials.tables import serials

_SIZE: Final = bindparam("size", type_=BigInteger)
_RESERVE: Final = statement(
    insert(serials)
    .values(tenant_id=bindparam("tenant_id"), next=1 + _SIZE)
    .on_conflict_do_update(index_elements=["tenant_id"], set_={"next": serials.c.next + _SIZE})
    .returning(serials.c.next)
)


async def reserve(work: UnitOfWork, size: int) -> int:
    """Take so many numbers out of the tenant's sequence; the number after the last of them."""
    beyond: int = await work.fetchval(_RESERVE, tenant_id=work.tenant_id, size=size)
    return beyond
