"""How many bytes of files a company has."""

from typing import Final

from sqlalchemy import BigInteger, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.files.tables import file_usage

_C: Final = file_usage.c
_SIZE: Final = bindparam("size", type_=BigInteger)
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_put = insert(file_usage).values(tenant_id=bindparam("tenant_id", type_=Uuid), bytes=_SIZE)
_TAKE: Final = statement(
    _put.on_conflict_do_update(
        index_elements=["tenant_id"], set_={"bytes": _C.bytes + _put.excluded.bytes},
        where=_C.bytes + _put.excluded.bytes <= bindparam("quota", type_=BigInteger),
    ).returning(_C.bytes)
)  # fmt: skip
_GIVE: Final = statement(
    update(file_usage).where(_OURS).values(bytes=func.greatest(_C.bytes - _SIZE, 0))
)
_READ: Final = statement(select(_C.bytes).where(_OURS))


async def used(work: UnitOfWork) -> int:
    """Bytes of all files and their versions."""
    found: int | None = await work.fetchval(_READ, tenant_id=work.tenant_id)
    return found or 0


async def take(work: UnitOfWork, size: int, quota: int) -> bool:
    """Count a file in, unless it is too much; waits for others who do."""
    if size > quota:
        return False
    taken = await work.fetchval(_TAKE, tenant_id=work.tenant_id, size=size, quota=quota)
    return taken is not None


async def give(work: UnitOfWork, size: int) -> None:
    """Count files out."""
    await work.execute(_GIVE, tenant_id=work.tenant_id, size=size)
