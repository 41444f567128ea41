"""Tags that merges noted down, for when two clients part again."""

from collections.abc import Callable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import DateTime, Uuid, any_, bindparam, column, select, table, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.statements import statement
from chassis.work import UnitOfWork

# Named, not imported: merges build on clients.
_merges: Final = table(
    "merges", column("tenant_id", Uuid), column("id", Uuid), column("into_client_id", Uuid),
    column("before", JSONB), column("after", JSONB), column("undone_at", DateTime(timezone=True)),
)  # fmt: skip
_C: Final = _merges.c
_SIDES: Final = ("before", "after")
_NOTED: Final = statement(
    select(_C.id, _C.before, _C.after)
    .where(_C.tenant_id == bindparam("tenant_id", type_=Uuid), _C.undone_at.is_(None),
           _C.into_client_id == any_(bindparam("survivor_ids", type_=ARRAY(Uuid))),
           _C.after.has_key("tags"))
    .order_by(_C.id).with_for_update()
)  # fmt: skip
_NOTE: Final = statement(
    update(_merges)
    .where(_C.tenant_id == bindparam("key_tenant", type_=Uuid),
           _C.id == bindparam("key_id", type_=Uuid))
    .values({name: bindparam(name, type_=JSONB) for name in _SIDES})
)  # fmt: skip


async def retag(
    work: UnitOfWork, survivor_ids: Sequence[UUID], change: Callable[[list[str]], list[str]]
) -> None:
    """Change the tags with which these and those merged into them would part."""
    for row in await work.fetch(_NOTED, tenant_id=work.tenant_id, survivor_ids=list(survivor_ids)):
        sides = {name: row[name] | {"tags": change(row[name]["tags"])} for name in _SIDES}
        await work.execute(_NOTE, key_tenant=work.tenant_id, key_id=row["id"], **sides)
