"""All SQL of bulk actions."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.bulk_actions.rules import CHANGED, CHUNK, MOST_REFUSALS, REFUSED
from clients.bulk_actions.tables import BulkItem, bulk_items

_C: Final = bulk_items.c
_JOB: Final = (_C.tenant_id == bindparam("tenant_id", type_=Uuid)) & (
    _C.job_id == bindparam("job_id", type_=Uuid)
)
_NAMES: Final = tuple(field.name for field in fields(BulkItem))
_wanted = func.unnest(bindparam("client_ids", type_=ARRAY(Uuid))).column_valued("client_id")
_ADD: Final = statement(
    insert(bulk_items)
    .from_select(
        ["tenant_id", "job_id", "client_id"],
        select(bindparam("tenant_id", type_=Uuid), bindparam("job_id", type_=Uuid), _wanted),
    )
    .on_conflict_do_nothing()
)
_COUNT: Final = statement(select(func.count()).where(_JOB))
_next = (
    select(*(_C[name] for name in _NAMES))
    .where(_JOB, _C.client_id > bindparam("after", type_=Uuid))
    .order_by(_C.client_id)
    .limit(bindparam("most", type_=Integer))
)
_NEXT: Final = statement(_next)
_NEXT_CHANGED: Final = statement(_next.where(_C.outcome == CHANGED))
_NOTE: Final = statement(
    update(bulk_items)
    .where(_JOB, _C.client_id == bindparam("key", type_=Uuid))
    .values(
        outcome=bindparam("outcome", type_=Text), refusal=bindparam("refusal", type_=JSONB),
        before=bindparam("before", type_=JSONB), after=bindparam("after", type_=JSONB),
        undone=bindparam("undone", type_=Text),
    )
)  # fmt: skip
_REFUSED: Final = statement(
    select(_C.client_id, _C.refusal)
    .where(_JOB, _C.outcome == REFUSED)
    .order_by(_C.client_id)
    .limit(MOST_REFUSALS)
)
_OUTCOMES: Final = statement(
    select(_C.outcome, _C.undone, func.count().label("count"))
    .where(_JOB)
    .group_by(_C.outcome, _C.undone)
)


class BulkItems:
    """The clients of one bulk action."""

    def __init__(self, work: UnitOfWork, job_id: UUID) -> None:
        self._work = work
        self._key: dict[str, Any] = {"tenant_id": work.tenant_id, "job_id": job_id}

    async def add(self, client_ids: Sequence[UUID]) -> None:
        """Note down more clients, each once."""
        await self._work.execute(_ADD, **self._key, client_ids=list(client_ids))

    async def count(self) -> int:
        """How many there are."""
        return int(await self._work.fetchval(_COUNT, **self._key))

    async def next(self, after: UUID, *, changed: bool = False) -> list[BulkItem]:
        """The next chunk of them, or of those that were changed."""
        query = _NEXT_CHANGED if changed else _NEXT
        rows = await self._work.fetch(query, **self._key, after=after, most=CHUNK)
        return [BulkItem(**row) for row in rows]

    async def note(self, items: Sequence[BulkItem]) -> None:
        """Write down what became of them."""
        for item in items:
            values = asdict(item)
            await self._work.execute(_NOTE, **self._key, key=values.pop("client_id"), **values)

    async def refusals(self) -> list[dict[str, Any]]:
        """The first of those that were refused, and why."""
        rows = await self._work.fetch(_REFUSED, **self._key)
        return [{"client_id": str(row["client_id"]), **row["refusal"]} for row in rows]

    async def outcomes(self) -> list[tuple[str, str | None, int]]:
        """How many have which outcome, and were undone or not."""
        rows = await self._work.fetch(_OUTCOMES, **self._key)
        return [(row["outcome"], row["undone"], row["count"]) for row in rows]
