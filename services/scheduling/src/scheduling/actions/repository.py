"""All SQL of actions."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import Boolean, Text, Uuid, any_, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from scheduling.actions.rules import ActionInUse, ActionNotFound
from scheduling.actions.tables import Action, action_starts, actions

_C: Final = actions.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id")
_SHOWN: Final = ("id", "version", "created_at", "updated_at", "name", "subject")
_HAS_STARTED: Final = statement(
    select(exists().where(action_starts.c.tenant_id == bindparam("tenant_id")))
)
_START: Final = statement(
    insert(action_starts)
    .values(tenant_id=bindparam("tenant_id"))
    .on_conflict_do_nothing()
    .returning(action_starts.c.tenant_id)
)
_USABLE: Final = statement(
    select(_C.id).where(
        _OURS, _C.is_active, _C.subject == bindparam("subject"),
        _C.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)  # fmt: skip
_LAST: Final = statement(
    select(func.coalesce(func.max(_C.position), 0)).where(
        _OURS, _C.subject == bindparam("subject")
    )
)  # fmt: skip

LIST: Final = ListQuery(
    source=actions,
    columns={**{name: _C[name] for name in _SHOWN}, "order": _C.position, "active": _C.is_active},
    where=(_OURS,),
    filters={
        "subject": _C.subject == any_(bindparam("subject", type_=ARRAY(Text))),
        "active": _C.is_active == bindparam("active", type_=Boolean),
    },
    sorts={"order": _C.position, "updated_at": _C.updated_at, "created_at": _C.created_at},
    default_sort="order", key=_C.id,
)  # fmt: skip


class ActionRepository(Repository[Action]):
    """Actions of the tenant."""

    table = actions
    row = Action
    missing = ActionNotFound

    async def has_started(self) -> bool:
        """Whether the tenant was given the actions it starts with."""
        started: bool = await self.work.fetchval(_HAS_STARTED, tenant_id=self.work.tenant_id)
        return started

    async def start(self) -> bool:
        """Note that it is given them now; False where it was before, waiting for a racing one."""
        return await self.work.fetchrow(_START, tenant_id=self.work.tenant_id) is not None

    async def usable(self, ids: Collection[UUID], subject: str) -> set[UUID]:
        """Those of some that may be chosen for a subject."""
        known: dict[str, Any] = {"tenant_id": self.work.tenant_id, "subject": subject}
        rows = await self.work.fetch(_USABLE, **known, ids=list(ids))
        return {row["id"] for row in rows}

    async def last_position(self, subject: str) -> int:
        """Of all actions of a subject the last one's; 0 where there is none."""
        last: int = await self.work.fetchval(_LAST, tenant_id=self.work.tenant_id, subject=subject)
        return last

    async def delete(self, row: Action) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise ActionInUse() from error
