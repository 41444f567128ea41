"""All SQL of notes."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    DateTime,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from clients.clients.repository.rows import about_visible_client, of_clients, survivor_of
from clients.notes.rules import NoteNotFound
from clients.notes.tables import Note, notes
from refs.visibility import sight_of

_OURS: Final = notes.c.tenant_id == bindparam("tenant_id")
_SCOPE: Final = about_visible_client(notes.c.client_id)
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "author", "body", "pinned", "mentions",
)  # fmt: skip
_files: Final = table("files", column("tenant_id", Uuid), column("id", Uuid))
# In the order they were added; one that was removed since is not named any more.
_still_there: Final = (
    select(
        func.coalesce(
            func.array_agg(aggregate_order_by(_files.c.id, _files.c.id)),
            literal_column("'{}'", ARRAY(Uuid)),
        )
    )
    .where(_files.c.tenant_id == notes.c.tenant_id, _files.c.id == any_(notes.c.file_ids))
    .correlate(notes)
    .scalar_subquery()
)
_about: Final = survivor_of(notes.c.client_id)
_COLUMNS: Final = {
    **{name: notes.c[name] for name in _SHOWN}, "client_id": _about,
    "file_ids": _still_there,
    "url": literal_column("'/v1/clients/'", Text) + cast(_about, Text),
}  # fmt: skip
_READ: Final = document(notes, _COLUMNS, _OURS, _SCOPE, notes.c.id == bindparam("id"))


def _ids(name: str) -> Any:
    return bindparam(name, type_=ARRAY(Uuid))


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


LIST: Final = ListQuery(
    source=notes, columns=_COLUMNS, where=(_OURS, _SCOPE),
    filters={
        "client_id": of_clients(notes.c.client_id, _ids("client_id")),
        "author": notes.c.author == any_(bindparam("author", type_=ARRAY(Text))),
        "mention": notes.c.mentions.overlap(_ids("mention")),
        "pinned": notes.c.pinned == bindparam("pinned"),
        "created_from": notes.c.created_at >= _moment("created_from"),
        "created_to": notes.c.created_at < _moment("created_to"),
    },
    sorts={n: notes.c[n] for n in ("created_at", "updated_at", "pinned")},
    default_sort="-created_at", key=notes.c.id,
)  # fmt: skip


class NoteRepository(Repository[Note]):
    """Notes on the clients that the caller sees."""

    table = notes
    row = Note
    scope = _SCOPE
    missing = NoteNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await sight_of(self.work)).values()

    async def read(self, note_id: UUID) -> Document:
        """The note as JSON; raises NoteNotFound."""
        found = await read_document(
            self.work, _READ, tenant_id=self.work.tenant_id, id=note_id,
            **await self.scope_values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found
