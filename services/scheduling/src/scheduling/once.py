"""What is asked twice under an id of its maker's is made once, be it asked at the same time."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, bindparam, func, select

from chassis.repository import IdTaken, Repository, RowT
from chassis.statements import statement

_ALONE: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


async def made_before(
    rows: Repository[RowT], entity_id: UUID | None, digest: bytes
) -> RowT | None:  # fmt: skip
    """The row made before by the same id and request; raises IdTaken for another request.

    Whoever sends the same at the same time waits until the work ends. The table has a `digest`.
    """
    if entity_id is None:
        return None
    await rows.work.execute(_ALONE, key=f"{rows.table.name}:{rows.work.tenant_id}:{entity_id}")
    found: Any = await rows.find(entity_id)
    if found is not None and found.digest != digest:
        raise IdTaken(field="id")
    known: RowT | None = found
    return known
