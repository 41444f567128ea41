"""All SQL of folders and statuses."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    func,
    not_,
    select,
    table,
    text,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from chassis.context import Context
from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, json_row
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.work import UnitOfWork
from clients.folders.rules import (
    FolderNotEmpty,
    FolderNotFound,
    Outline,
    Shelf,
    StatusInUse,
    StatusNotFound,
)  # fmt: skip
from clients.folders.tables import Folder, Status, folders, statuses
from refs import visibility
from refs.tables import folder_access

# Named, not imported: clients build on folders, so folders may not know them.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("folder_id", Uuid),
    column("status_id", Uuid), column("staff_ids", ARRAY(Uuid)), column("is_archived", Boolean),
    column("merged_into", Uuid), column("version", Integer),
)  # fmt: skip
# Who answers for a merged client, and what becomes of one whose folder or status goes.
_survivors: Final = _clients.alias("survivors")
_moved: Final = (
    update(_clients)
    .where(_clients.c.tenant_id == bindparam("key_tenant", type_=Uuid),
           _clients.c.merged_into.is_not(None))
    .returning(_clients.c.id, _clients.c.folder_id, _clients.c.status_id)
)  # fmt: skip
_TO_SURVIVORS: Final = statement(
    _moved.where(
        _clients.c.folder_id == bindparam("key_id", type_=Uuid),
        _survivors.c.tenant_id == _clients.c.tenant_id,
        _survivors.c.id == _clients.c.merged_into,
    ).values(
        folder_id=_survivors.c.folder_id, status_id=_survivors.c.status_id,
        version=_clients.c.version + 1,
    )
)  # fmt: skip
_TO_DEFAULT: Final = statement(
    _moved.where(
        _clients.c.status_id == bindparam("key_id", type_=Uuid),
        statuses.c.tenant_id == _clients.c.tenant_id,
        statuses.c.folder_id == _clients.c.folder_id, statuses.c.is_default,
    ).values(status_id=statuses.c.id, version=_clients.c.version + 1)
)  # fmt: skip
_OURS: Final = folders.c.tenant_id == bindparam("tenant_id")
_SHOWN: Final = not_(folders.c.id == any_(bindparam("hidden_folders", type_=ARRAY(Uuid))))

_OUTLINE: Final = statement(
    select(
        folders.c.id, folders.c.parent_id,
        func.array_agg(statuses.c.id, type_=ARRAY(Uuid)).label("statuses"),
        func.array_agg(statuses.c.id, type_=ARRAY(Uuid))
        .filter(statuses.c.is_default).label("defaults"),
    )
    .join_from(folders, statuses, (statuses.c.tenant_id == folders.c.tenant_id)
               & (statuses.c.folder_id == folders.c.id))
    .where(_OURS)
    .group_by(folders.c.tenant_id, folders.c.id)
    .order_by(folders.c.parent_id.is_not(None), folders.c.order, folders.c.id)
)  # fmt: skip
# One sign-up, several first requests: whoever comes second waits, then finds the folders there.
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_OF_FOLDER: Final = statement(
    select(*statuses.c)
    .where(statuses.c.tenant_id == bindparam("tenant_id"),
           statuses.c.folder_id == bindparam("folder_id"))
    .order_by(statuses.c.order, statuses.c.id)
)  # fmt: skip
_NO_DEFAULT: Final = statement(
    update(statuses)
    .where(statuses.c.tenant_id == bindparam("key_tenant"), statuses.c.is_default,
           statuses.c.folder_id == bindparam("key_folder"))
    .values(is_default=False, version=statuses.c.version + 1, updated_at=bindparam("now"))
)  # fmt: skip
_ACCESS: Final = statement(
    select(folder_access.c.access).where(
        folder_access.c.tenant_id == bindparam("tenant_id"),
        folder_access.c.folder_id == bindparam("folder_id"),
    )
)
_ALL_ACCESS: Final = statement(
    select(folders.c.id, folders.c.parent_id, folders.c.version, folder_access.c.access)
    .outerjoin_from(folders, folder_access, (folder_access.c.tenant_id == folders.c.tenant_id)
                    & (folder_access.c.folder_id == folders.c.id))
    .where(_OURS)
    .order_by(folders.c.id)
)  # fmt: skip
_FORGET_ACCESS: Final = statement(
    folder_access.delete().where(
        folder_access.c.tenant_id == bindparam("tenant_id"),
        folder_access.c.folder_id == bindparam("folder_id"),
    )
)
_STATUS_COLUMNS: Final = (
    "id", "version", "created_at", "updated_at", "folder_id", "name", "color", "order",
    "is_default", "is_closed",
)  # fmt: skip


def _count(of_status: bool, is_scoped: bool) -> ColumnElement[Any]:
    """How many clients; without the scope it is answered from an index alone."""
    counted = select(func.count()).where(
        _clients.c.tenant_id == folders.c.tenant_id, _clients.c.folder_id == folders.c.id,
        not_(_clients.c.is_archived), _clients.c.merged_into.is_(None),
    )  # fmt: skip
    if of_status:
        counted = counted.where(_clients.c.status_id == statuses.c.id)
    if is_scoped:
        counted = counted.where(visibility.scope(_clients))
    return counted.select_from(_clients).correlate(folders, statuses).scalar_subquery()


def _statuses(is_scoped: bool) -> ColumnElement[Any]:
    shown = json_row({name: statuses.c[name] for name in _STATUS_COLUMNS})
    pairs = [part for name, c in shown.items() for part in (text(f"'{name}'"), c)]
    each = func.json_build_object(*pairs, text("'client_count'"), _count(True, is_scoped))
    ordered = aggregate_order_by(each, statuses.c.order, statuses.c.id)
    listed = select(func.json_agg(ordered)).where(
        statuses.c.tenant_id == folders.c.tenant_id, statuses.c.folder_id == folders.c.id
    )
    return listed.correlate(folders).scalar_subquery()


def _columns(is_scoped: bool) -> Mapping[str, ColumnElement[Any]]:
    c = folders.c
    return {
        "id": c.id, "version": c.version, "created_at": c.created_at, "updated_at": c.updated_at,
        "name": c.name, "parent_id": c.parent_id, "order": c.order,
        "visible_fields": c.visible_fields,
        "statuses": _statuses(is_scoped), "client_count": _count(False, is_scoped),
    }  # fmt: skip


def _listing(is_scoped: bool) -> ListQuery:
    return ListQuery(
        source=folders, columns=_columns(is_scoped), where=(_OURS, _SHOWN),
        filters={"parent_id": folders.c.parent_id == bindparam("parent_id")},
        sorts={"order": folders.c.order, "updated_at": folders.c.updated_at,
               "created_at": folders.c.created_at},
        default_sort="order", key=folders.c.id,
    )  # fmt: skip


_AT_ONCE: Final = 100

# By whether the caller sees every client of the folders shown.
LIST: Final = {True: _listing(False), False: _listing(True)}
_READ: Final = {
    sees_all: document(
        folders, _columns(not sees_all), _OURS, _SHOWN, folders.c.id == bindparam("id")
    )
    for sees_all in (True, False)
}


async def every_tenant(context: Context) -> AsyncIterator[UUID]:
    """The tenants that have folders, which is all that have begun to use this service."""
    last = UUID(int=0)
    while found := await context.system.look_up("tenants_after", last, _AT_ONCE):
        for row in found:
            yield row["tenant_id"]
        last = found[-1]["tenant_id"]


class FolderRepository(Repository[Folder]):
    """Folders that are not hidden from the caller."""

    table = folders
    row = Folder
    scope = _SHOWN
    missing = FolderNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await visibility.sight_of(self.work)).values()

    async def read(self, folder_id: UUID) -> Document:
        """The folder with its statuses and counts, as JSON; raises FolderNotFound."""
        sight = await visibility.sight_of(self.work)
        found = await read_document(
            self.work, _READ[sight.sees_all], tenant_id=self.work.tenant_id, id=folder_id,
            **sight.values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found

    async def outline(self) -> Outline:
        """All folders, whoever asks."""
        rows = await self.work.fetch(_OUTLINE, tenant_id=self.work.tenant_id)
        return Outline({
            row["id"]: Shelf(
                row["id"], row["parent_id"], (row["defaults"] or row["statuses"])[0],
                frozenset(row["statuses"]),
            )
            for row in rows
        })  # fmt: skip

    async def lock_start(self) -> None:
        """Wait for whoever is making the starting folders of this tenant."""
        await self.work.execute(_LOCK, key=f"start:{self.work.tenant_id}")

    async def touch(self, row: Folder) -> Folder:
        """Raise the version: something that is part of the folder changed."""
        return await self.update(row, updated_at=self.work.now)

    async def access(self, folder_id: UUID) -> list[dict[str, str]]:
        """The folder's own entries."""
        found = await self.work.fetchval(
            _ACCESS, tenant_id=self.work.tenant_id, folder_id=folder_id
        )
        return list(found or ())

    async def all_access(self) -> list[Mapping[str, Any]]:
        """Place, version and entries of every folder."""
        return [
            dict(row) for row in await self.work.fetch(_ALL_ACCESS, tenant_id=self.work.tenant_id)
        ]

    async def let_go(self, folder_id: UUID) -> None:
        """Merged clients go where their survivors are: nobody could move them."""
        await _move(self.work, _TO_SURVIVORS, folder_id)

    async def delete(self, row: Folder) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise FolderNotEmpty() from error
        await self.work.execute(_FORGET_ACCESS, tenant_id=self.work.tenant_id, folder_id=row.id)


class StatusRepository(Repository[Status]):
    """Statuses of all folders; a folder's route checks that it is not hidden."""

    table = statuses
    row = Status
    missing = StatusNotFound

    async def of_folder(self, folder_id: UUID) -> list[Status]:
        """A folder's statuses in their order."""
        return await self.all(_OF_FOLDER, folder_id=folder_id)

    async def clear_default(self, folder_id: UUID) -> None:
        """Make room for another default."""
        await self.work.execute(
            _NO_DEFAULT, key_tenant=self.work.tenant_id, key_folder=folder_id, now=self.work.now
        )

    async def let_go(self, status_id: UUID) -> None:
        """Merged clients have the default instead: nobody could give them another one."""
        await _move(self.work, _TO_DEFAULT, status_id)

    async def delete(self, row: Status) -> None:
        try:
            await super().delete(row)
        except asyncpg.ForeignKeyViolationError as error:
            raise StatusInUse() from error


async def _move(work: UnitOfWork, query: Statement, gone_id: UUID) -> None:
    for row in await work.fetch(query, key_tenant=work.tenant_id, key_id=gone_id):
        place = {name: row[name] for name in ("folder_id", "status_id")}
        work.audit("updated", "clients", row["id"], place, row["id"])
