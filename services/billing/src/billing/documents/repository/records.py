"""How documents are read and written: each told as JSON by the statement that writes it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import (
    DateTime,
    bindparam,
    update,
)

from billing.documents.repository.clauses import Columns, ours
from billing.documents.tables import DocumentRow, Record
from chassis.documents import Document, read_document
from chassis.documents import written as written_told
from chassis.errors import Failure, Stale
from chassis.repository import IdTaken, adding, changing
from chassis.rows import rows_of, written
from chassis.statements import Statement, statement
from chassis.together import Asked
from chassis.work import UnitOfWork
from refs.home import today
from refs.lag import AboutClients
from refs.visibility import sight_of

RecordT = TypeVar("RecordT", bound=Record)
DocumentT = TypeVar("DocumentT", bound=DocumentRow)
Kind = type["RecordRepository[Any]"]


class RecordRepository(AboutClients[RecordT]):
    """What was made of one kind that the caller may see.

    `keys` are the refusals of what another one has, by the name of the index.
    """

    reads: ClassVar[Statement]
    # By what one is shown, where all of that stands in its row: then it is told as it is written.
    shown_by: ClassVar[Columns | None] = None
    keys: ClassVar[Mapping[str | None, tuple[type[Failure], str]]]

    def __init__(self, work: UnitOfWork, *, tells: bool = True) -> None:
        super().__init__(work)
        # Whether changes tell their row, for whoever shows it next.
        self._tells = tells

    async def scope_values(self) -> dict[str, Any]:
        """What I see, who I am, and what day it is."""
        caller = self.work.caller
        return {
            "principal": caller.principal, "my_id": caller.user_id,
            "today": await today(self.work), **(await sight_of(self.work)).values(),
        }  # fmt: skip

    async def read(self, record_id: UUID) -> Document:
        """The record as JSON; raises what is missing."""
        await self.check(record_id)
        return await self.shown(record_id)

    async def shown(self, record_id: UUID) -> Document:
        """The same of one that was just written."""
        if (told := self.work.memo.get((self.table, record_id))) is not None:
            return Document(*told)
        found = await read_document(self.work, self.reads, **await self._bound({"id": record_id}))
        if found is None:
            raise self.missing()
        return found

    async def ask_known(self, record_id: UUID | None) -> None:
        """What is asked before the work's first statement of what may be `known`."""
        if record_id is not None:
            await self.check(record_id)

    async def known(self, record_id: UUID | None, digest: bytes) -> RecordT | None:
        """The one made before by the same id and request; raises IdTaken for another request."""
        found = await self.find(record_id) if record_id else None
        if found is not None and found.digest != digest:
            raise IdTaken(field="id")
        return found

    async def add(self, **values: Any) -> RecordT:
        try:
            return await super().add(**values)
        except asyncpg.UniqueViolationError as error:
            raise self._taken(error) from error

    async def write(self, asked: Sequence[Asked]) -> None:
        """Write what was `added`, and what belongs to it, in one message."""
        try:
            await self.work.execute_together(*asked)
        except asyncpg.UniqueViolationError as error:
            raise self._taken(error) from error

    async def update(self, row: RecordT, **changes: Any) -> RecordT:
        try:
            return await super().update(row, **changes)
        except asyncpg.UniqueViolationError as error:
            raise self._taken(error) from error

    async def update_each(
        self, changes: Sequence[tuple[RecordT, Mapping[str, Any]]]
    ) -> list[RecordT]:
        """Write the same columns of several rows in one statement, and raise their versions."""
        if not changes:
            return []
        names = frozenset(changes[0][1])
        asked = [written({"id": row.id, "version": row.version, **new}) for row, new in changes]
        tells = self.shown_by is not None and len(changes) == 1
        kept = await self.work.fetch(
            _update_each(self._kind, names, tells), tenant_id=self.work.tenant_id, rows=asked,
            each_at=self.work.now, **await self._telling(),
        )  # fmt: skip
        if len(kept) != len(changes):
            raise Stale()
        self._note(kept)
        for row, new in changes:
            self._audit("updated", row.id, dict(new), self.about(row))
        at: dict[str, Any] = {"updated_at": self.work.now}
        return [replace(row, **at, version=row.version + 1, **new) for row, new in changes]

    async def _insert(self, new: dict[str, Any]) -> None:
        if self.shown_by is None:
            await super()._insert(new)
            return
        told = await self._telling()
        self._note(await self.work.fetch(_insert_told(self._kind), **new, **told))

    async def _update(self, row: RecordT, changes: dict[str, Any]) -> RecordT | None:
        if self.shown_by is None:
            return await super()._update(row, changes)
        names, keys = frozenset(changes), self._keys(row)
        query = (_update_told if self._tells else _update_untold)(self._kind, names)
        found = await self.work.fetch(query, **keys, **changes, **await self._telling())
        self._note(found)
        return replace(row, **changes) if found else None

    async def _telling(self) -> dict[str, Any]:
        """What a record is told by besides its row: the day, and what its writer sees."""
        return {"today": await today(self.work), **(await sight_of(self.work)).values()}

    def _note(self, rows: Sequence[asyncpg.Record]) -> None:
        """What was told of rows as they were written; of others nothing that was told holds."""
        for record_id, *told in rows:
            if told:
                self.work.memo[self.table, record_id] = told
            else:
                self.work.memo.pop((self.table, record_id), None)

    def _taken(self, error: asyncpg.UniqueViolationError) -> Exception:
        if error.constraint_name == f"pk_{self.table.name}":
            # Out of sight, or made this moment.
            return IdTaken(field="id")
        if (known := self.keys.get(error.constraint_name)) is None:
            return error
        failure, field = known
        return failure(field=field)


@lru_cache(maxsize=64)
def _update_each(repository: Kind, names: frozenset[str], tells: bool) -> Statement:
    table, columns = repository.table, repository.shown_by
    given = rows_of(table, ["id", "version", *sorted(names)])
    at = bindparam("each_at", type_=DateTime(timezone=True))
    change = (
        update(table)
        .where(ours(table), table.c.id == given.c.id, table.c.version == given.c.version)
        .values({name: given.c[name] for name in names})
        .values(version=given.c.version + 1, updated_at=at)
    )
    if tells and columns is not None:
        return written_told(table, columns, change)
    return statement(change.returning(table.c.id))


@cache
def _insert_told(repository: Kind) -> Statement:
    return written_told(repository.table, repository.shown_by or {}, adding(repository.table))


@lru_cache(maxsize=256)
def _update_told(repository: Kind, names: frozenset[str]) -> Statement:
    change = changing(repository.table, names)
    return written_told(repository.table, repository.shown_by or {}, change)


@lru_cache(maxsize=256)
def _update_untold(repository: Kind, names: frozenset[str]) -> Statement:
    return statement(changing(repository.table, names).returning(repository.table.c.id))


class DocumentRepository(RecordRepository[DocumentT]):
    """The documents of one kind that the caller may see."""

    forgets: ClassVar[Statement]

    async def forget_drafts(self, client_id: UUID) -> None:
        """Remove a client's drafts."""
        await self.work.execute(self.forgets, tenant_id=self.work.tenant_id, client_id=client_id)
