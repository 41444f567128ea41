"""All SQL of files and their versions."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    delete,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    true,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery, Paging
from chassis.repository import Repository
from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.clients.repository.rows import about_visible_client, of_clients, survivor_of
from clients.files.rules.expiry import NOTICE
from clients.files.rules.failures import FileNotFound, VersionNotFound
from clients.files.tables import File, FileVersion, file_versions, files
from refs.visibility import sight_of

_C: Final = files.c
_V: Final = file_versions.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.client_id)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "author", "name", "kind", "description",
    "tags", "expires_on", "number", "type", "size", "sha256",
)  # fmt: skip
_AT_ONCE: Final = 200


def client_url(client_id: ColumnElement[Any]) -> ColumnElement[str]:
    """Where the client is that a record is about."""
    return literal_column("'/v1/clients/'", Text) + cast(client_id, Text)


# Of a client that was merged: the one that answers for it.
_ABOUT: Final = survivor_of(_C.client_id)
_content: Final = literal_column("'/v1/files/'", Text) + cast(_C.id, Text) + "/content"
_COLUMNS: Final = {
    **{name: _C[name] for name in _SHOWN}, "archived": _C.is_archived,
    "client_id": _ABOUT, "url": client_url(_ABOUT), "content_url": _content,
}  # fmt: skip
_READ: Final = document(files, _COLUMNS, _OURS, _SCOPE, _C.id == bindparam("id"))


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


def _texts(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Text))


def _day(name: str) -> Any:
    return bindparam(name, type_=Date)


_is_near: Final = case((_C.expires_on <= _day("soon"), true()), else_=false())
LIST: Final = ListQuery(
    source=files, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(_C.client_id, _ids("client_id")),
        "tag": _C.tags.overlap(_texts("tag")),
        "type": _C.type.like(any_(_texts("type"))),
        "kind": _C.kind == any_(_texts("kind")),
        "author": _C.author == any_(_texts("author")),
        "expiring": _is_near == bindparam("expiring"),
        "expires_from": _C.expires_on >= _day("expires_from"),
        "expires_to": _C.expires_on < _day("expires_to"),
        "archived": _C.is_archived == bindparam("archived"),
    },
    sorts={n: _C[n] for n in ("created_at", "updated_at", "name", "size")},
    default_sort="-created_at", key=_C.id,
)  # fmt: skip
_with_file: Final = file_versions.join(
    files, (_C.tenant_id == _V.tenant_id) & (_C.id == _V.file_id)
)
VERSIONS: Final = ListQuery(
    source=_with_file,
    columns={
        **{n: _V[n] for n in (
            "id", "version", "created_at", "updated_at", "file_id", "number", "author", "name",
            "type", "size", "sha256",
        )},
        "client_id": _ABOUT, "url": client_url(_ABOUT),
        "content_url": _content + "?number=" + cast(_V.number, Text),
    },
    where=(_OURS, _SCOPE), filters={"file_id": _V.file_id == bindparam("file_id", type_=Uuid)},
    sorts={"number": _V.number}, default_sort="-number", key=_V.id,
)  # fmt: skip

_OF_CLIENT: Final = statement(
    select(func.count()).select_from(files)
    .where(_OURS, of_clients(_C.client_id, _ids("client_ids")), _C.id == any_(_ids("ids")))
)  # fmt: skip
_seen: Final = select(_C.id).where(_OURS, _SCOPE, _C.id == any_(_ids("ids")))
_SEEN: Final = statement(_seen)
_SEEN_OF_CLIENT: Final = statement(_seen.where(of_clients(_C.client_id, _ids("client_ids"))))
_VERSION: Final = statement(
    select(*_V).where(
        _V.tenant_id == bindparam("tenant_id"), _V.file_id == bindparam("file_id"),
        _V.number == bindparam("number"),
    )
)  # fmt: skip
_OBJECTS: Final = statement(
    select(_V.object_id, _V.size).where(
        _V.tenant_id == bindparam("tenant_id"), _V.file_id == any_(_ids("file_ids"))
    )
)
_NEEDED: Final = statement(
    select(_V.object_id).where(
        _V.tenant_id == bindparam("tenant_id"), _V.object_id == any_(_ids("object_ids"))
    )
)
_SOME_OF_CLIENT: Final = statement(
    select(_C.id).where(_OURS, _C.client_id == bindparam("client_id")).limit(_AT_ONCE)
)
_REMOVE: Final = statement(delete(files).where(_OURS, _C.id == any_(_ids("file_ids"))))
_is_past: Final = _C.expires_on < _day("today")
_DUE: Final = statement(
    update(files)
    .where(
        _OURS,
        _C.id == any_(
            select(_C.id)
            .where(
                _OURS, not_(_C.is_archived),
                or_((_C.expiry_told < 1) & (_C.expires_on <= _day("soon")),
                    (_C.expiry_told < 2) & _is_past),
            )
            .limit(_AT_ONCE)
            .with_for_update(skip_locked=True)
            .scalar_subquery()
        ),
    )
    .values(expiry_told=case((_is_past, 2), else_=1))
    .returning(*_C)
)  # fmt: skip


class FileRepository(Repository[File]):
    """Files about the clients that the caller sees."""

    table = files
    row = File
    scope = _SCOPE
    missing = FileNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, file_id: UUID) -> Document:
        """The file as JSON; raises FileNotFound."""
        found = await read_document(
            self.work, _READ, tenant_id=self.work.tenant_id, id=file_id,
            **await self.scope_values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found

    async def page(self, paging: Paging, filters: Mapping[str, Any], today: date) -> bytes:
        """A page of files, of those that are not archived unless asked otherwise."""
        values = await self.scope_values()
        wanted = {"archived": False} | dict(filters)
        return await LIST.page(self.work, paging, wanted, soon=today + NOTICE, **values)

    async def versions(self, paging: Paging, file_id: UUID) -> bytes:
        """A page of a file's versions; raises FileNotFound."""
        await self.get(file_id)
        values = await self.scope_values()
        return await VERSIONS.page(self.work, paging, {"file_id": file_id}, **values)

    async def are_of(self, client_id: UUID, file_ids: Sequence[UUID]) -> bool:
        """Whether all of these are files of this client; asked by who sees the client."""
        found: int = await self.work.fetchval(
            _OF_CLIENT, tenant_id=self.work.tenant_id, client_ids=[client_id], ids=list(file_ids)
        )
        return found == len(set(file_ids))

    async def seen(self, file_ids: Sequence[UUID], client_id: UUID | None = None) -> list[UUID]:
        """Those of some files that the caller sees; of one client, if it is named."""
        values: dict[str, Any] = {"tenant_id": self.work.tenant_id, "ids": list(file_ids)}
        values |= (await sight_of(self.work)).values()
        if client_id is None:
            rows = await self.work.fetch(_SEEN, **values)
        else:
            rows = await self.work.fetch(_SEEN_OF_CLIENT, **values, client_ids=[client_id])
        return [row["id"] for row in rows]

    async def some_of(self, client_id: UUID) -> list[UUID]:
        """Some of a client's files, whoever asks."""
        rows = await self.work.fetch(
            _SOME_OF_CLIENT, tenant_id=self.work.tenant_id, client_id=client_id
        )
        return [row["id"] for row in rows]

    async def remove(self, file_ids: Sequence[UUID]) -> tuple[list[UUID], int]:
        """Remove files with their versions and links; their objects and how many bytes."""
        values = {"tenant_id": self.work.tenant_id, "file_ids": list(file_ids)}
        rows = await self.work.fetch(_OBJECTS, **values)
        await self.work.execute(_REMOVE, **values)
        return [row["object_id"] for row in rows], sum(row["size"] for row in rows)

    async def due(self, today: date) -> list[File]:
        """Some of those whose expiry comes near or has come, and nobody was told; now it is."""
        return await self.all(_DUE, today=today, soon=today + NOTICE)


class VersionRepository(Repository[FileVersion]):
    """Versions of files; asked for only about a file that proved visible."""

    table = file_versions
    row = FileVersion
    missing = VersionNotFound

    async def of(self, file_id: UUID, number: int) -> FileVersion:
        """One version; raises VersionNotFound."""
        found = await self.one(_VERSION, file_id=file_id, number=number)
        if found is None:
            raise self.missing()
        return found


async def needed(work: UnitOfWork, object_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the stored objects that a version of a file still is."""
    rows = await work.fetch(_NEEDED, tenant_id=work.tenant_id, object_ids=list(object_ids))
    return {row["object_id"] for row in rows}


def pattern(media_type: str) -> str:
    """`image/*` as LIKE has it."""
    for mark in ("\\", "%", "_"):
        media_type = media_type.replace(mark, f"\\{mark}")
    return media_type.replace("*", "%")
