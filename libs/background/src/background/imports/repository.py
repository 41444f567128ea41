"""All SQL of imports but for what their rows become."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import IO, Any, Final
from uuid import UUID

from sqlalchemy import (
    Integer,
    LargeBinary,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, insert

from background.imports.tables import ImportRow
from chassis.paging import ListQuery, Paging
from chassis.statements import statement
from chassis.work import UnitOfWork
from refs.visibility import sight_of

_PIECE: Final = 1 << 19
_CHUNK: Final = 200
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_JOB: Final = bindparam("job_id", type_=Uuid)
_PLACE: Final = bindparam("place", type_=Integer)


class FileStore:
    """The files of a service's imports: the statements over its table."""

    def __init__(self, table: Table) -> None:
        column = table.c
        pieces = (column.tenant_id == _TENANT) & (column.job_id == _JOB)
        self.add = statement(
            insert(table).values(
                tenant_id=_TENANT, job_id=_JOB, place=_PLACE,
                content=bindparam("content", type_=LargeBinary),
            )
        )  # fmt: skip
        self.read = statement(select(column.content).where(pieces, column.place == _PLACE))
        self.forget = statement(delete(table).where(pieces))

    def of(self, work: UnitOfWork, job_id: UUID) -> "ImportFile":
        """The file of one import."""
        return ImportFile(self, work, job_id)


class ImportFile:
    """The file of an import."""

    def __init__(self, store: FileStore, work: UnitOfWork, job_id: UUID) -> None:
        self._store, self._work = store, work
        self._key: dict[str, Any] = {"tenant_id": work.tenant_id, "job_id": job_id}

    async def keep(self, content: IO[bytes]) -> None:
        """Store it, piece by piece."""
        content.seek(0)
        place = 0
        while piece := content.read(_PIECE):
            await self._work.execute(self._store.add, **self._key, place=place, content=piece)
            place += 1

    async def copy_to(self, target: IO[bytes]) -> None:
        """Have it again, as a file of this worker's own."""
        place = 0
        while piece := await self._work.fetchval(self._store.read, **self._key, place=place):
            target.write(piece)
            place += 1

    async def forget(self) -> None:
        """Remove it: what it held stands in the service's own tables now."""
        await self._work.execute(self._store.forget, **self._key)


class RowStore:
    """What became of the rows of a service's imports: the statements over its table.

    `record` says which columns hold a row's record and its client; `shown` is what the list tells
    besides.
    """

    def __init__(self, table: Table, record: Mapping[str, str], shown: Mapping[str, Any]) -> None:
        column = table.c
        of_job = (column.tenant_id == _TENANT) & (column.job_id == _JOB)
        named = {one.name: one.name for one in fields(ImportRow)}
        del named["record_id"], named["client_id"]
        self.names: dict[str, str] = named | dict(record)
        self.add = statement(insert(table).values(
            tenant_id=_TENANT, job_id=_JOB,
            **{name: bindparam(field, type_=column[name].type)
               for field, name in self.names.items()},
        ))  # fmt: skip
        self.to_undo = statement(
            select(*(column[name].label(field) for field, name in self.names.items()))
            .where(of_job, column.row < bindparam("before_row", type_=Integer))
            .where((column.outcome == "created") | (column.outcome == "updated"))
            .order_by(column.row.desc())
            .limit(_CHUNK)
        )
        self.note = statement(
            update(table)
            .where(of_job, column.row == bindparam("key", type_=Integer))
            .values(undone=bindparam("undone", type_=Text))
        )
        self.undone = statement(
            select(column.undone, func.count().label("count"))
            .where(of_job)
            .group_by(column.undone)
        )  # fmt: skip
        self._list = ListQuery(
            source=table,
            columns={
                "row": column.row, "outcome": column.outcome, **shown, "faults": column.faults,
                "undone": column.undone,
            },
            where=(of_job,),
            filters={"outcome": column.outcome == any_(bindparam("outcome", type_=ARRAY(Text)))},
            sorts={"row": column.row}, default_sort="row", key=column.job_id,
        )  # fmt: skip

    def of(self, work: UnitOfWork, job_id: UUID) -> "ImportRows":
        """The rows of one import."""
        return ImportRows(self, work, job_id)

    async def page(
        self, work: UnitOfWork, job_id: UUID, paging: Paging, outcomes: Sequence[str] | None
    ) -> bytes:
        """Some of the rows of one import, and what became of them, as far as the caller sees."""
        sight = (await sight_of(work)).values()
        wanted = {"outcome": list(outcomes) if outcomes else None}
        return await self._list.page(work, paging, wanted, job_id=job_id, **sight)


class ImportRows:
    """The rows of one import."""

    def __init__(self, store: RowStore, work: UnitOfWork, job_id: UUID) -> None:
        self._store, self._work = store, work
        self._key: dict[str, Any] = {"tenant_id": work.tenant_id, "job_id": job_id}

    async def add(self, rows: Sequence[ImportRow]) -> None:
        """Write down what became of them."""
        names = self._store.names
        await self._work.execute_many(
            self._store.add,
            [{**self._key, **{name: getattr(row, name) for name in names}} for row in rows],
        )

    async def next_to_undo(self, before: int) -> list[ImportRow]:
        """The chunk above a row of those that changed something, the last first."""
        rows = await self._work.fetch(self._store.to_undo, **self._key, before_row=before)
        return [ImportRow(**row) for row in rows]

    async def note(self, undone: Mapping[int, str]) -> None:
        """Write down what became of them when the import was undone."""
        rows = [{**self._key, "key": row, "undone": what} for row, what in undone.items()]
        await self._work.execute_many(self._store.note, rows)

    async def undone(self) -> dict[str | None, int]:
        """How many were undone, and how many kept."""
        rows = await self._work.fetch(self._store.undone, **self._key)
        return {row["undone"]: row["count"] for row in rows}
