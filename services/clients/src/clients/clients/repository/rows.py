"""Rows of clients: read, written, and walked through by those who keep a copy."""

from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Text,
    Uuid,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.documents import Document, document, read_document
from chassis.paging import json_row
from chassis.repository import Repository
from chassis.statements import Statement, statement
from chassis.tables import written_columns
from clients.clients.repository.shown import shown
from clients.clients.rules.failures import ClientNotFound
from clients.clients.tables import Client, clients
from refs import visibility

_OURS: Final = clients.c.tenant_id == bindparam("tenant_id")
_SCOPE: Final = visibility.scope(clients)
_COLUMNS: Final = written_columns(clients)
# Follow from other columns: an audit row that names those says it all.
_DERIVED: Final = {
    "code_key", "phone_keys", "email_keys", "staff_ids", "editor_ids", "created_digest",
    "custom_text",
}  # fmt: skip
# A snapshot is sent in pieces of so many.
PIECE: Final = 500

_READ: Final = document(clients, shown(clients), _OURS, _SCOPE, clients.c.id == bindparam("id"))
_READ_ANY: Final = document(clients, shown(clients), _OURS, clients.c.id == bindparam("id"))
_IS_VISIBLE: Final = statement(
    select(clients.c.id).where(_OURS, _SCOPE, clients.c.id == bindparam("id"))
)
_DIGEST: Final = statement(
    select(clients.c.created_digest).where(_OURS, clients.c.id == bindparam("id"))
)
_AFTER: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.id > bindparam("after", type_=Uuid))
    .order_by(clients.c.id)
    .limit(PIECE)
)
_TAGGED: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.tags.contains(bindparam("tags", type_=ARRAY(Text))))
    .order_by(clients.c.id)
    .limit(PIECE)
    .with_for_update()
)
_OF_STAFF: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.staff_ids.contains(bindparam("staff_ids", type_=ARRAY(Uuid))))
    .order_by(clients.c.id)
    .limit(PIECE)
    .with_for_update()
)


def _insert(unless_taken: bool) -> Statement:
    """Write a row and have its JSON: one round trip, the same JSON as any later read."""
    put = insert(clients).values({c.name: bindparam(c.name, type_=c.type) for c in _COLUMNS})
    if unless_taken:
        put = put.on_conflict_do_nothing(index_elements=["tenant_id", "id"])
    made = put.returning(*_COLUMNS).cte("made")
    columns = json_row(shown(made))
    row = select(*(c.label(name) for name, c in columns.items())).subquery("shown")
    return statement(select(cast(func.row_to_json(row.table_valued()), Text)))


def about_visible_client(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of other features: seen by who sees the client they are about."""
    seen = clients.alias("seen_client")
    ours = seen.c.tenant_id == bindparam("tenant_id")
    found = exists(select(seen.c.id).where(ours, seen.c.id == client_id, visibility.scope(seen)))
    return or_(bindparam("sees_everything", type_=Boolean), found)


_INSERT: Final = {unless_taken: _insert(unless_taken) for unless_taken in (False, True)}


class ClientRepository(Repository[Client]):
    """The clients that the caller sees."""

    table = clients
    row = Client
    scope = _SCOPE
    missing = ClientNotFound

    async def scope_values(self) -> dict[str, Any]:
        return (await visibility.sight_of(self.work)).values()

    async def read(self, client_id: UUID) -> Document:
        """The client as JSON; raises ClientNotFound."""
        sight = await visibility.sight_of(self.work)
        query = _READ_ANY if sight.sees_everything else _READ
        found = await read_document(
            self.work, query, tenant_id=self.work.tenant_id, id=client_id, **sight.values()
        )
        if found is None:
            raise self.missing()
        return found

    async def check_visible(self, client_id: UUID) -> None:
        """Raises ClientNotFound."""
        if await self.work.fetchval(_IS_VISIBLE, **await self._bound({"id": client_id})) is None:
            raise self.missing()

    async def write(self, **values: Any) -> tuple[Client, Document] | None:
        """A new row and its JSON; None where the id that the caller made is taken."""
        new = self._new(values)
        scope = await self.scope_values()
        body = await self.work.fetchval(_INSERT[values["id"] is not None], **new, **scope)
        if body is None:
            return None
        added = self._added(new)
        return added, Document(body, added.version)

    async def digest(self, client_id: UUID) -> bytes | None:
        """What a client was made from whose id the caller made, seen by the caller or not."""
        found: bytes | None = await self.work.fetchval(
            _DIGEST, tenant_id=self.work.tenant_id, id=client_id
        )
        return found

    def _audit(self, action: str, entity_id: UUID, changes: dict[str, Any]) -> None:
        kept = {name: value for name, value in changes.items() if name not in _DERIVED}
        super()._audit(action, entity_id, kept)

    async def tagged(self, tag: str) -> list[Client]:
        """Some of the clients with a tag, locked."""
        return await self.all(_TAGGED, tags=[tag])

    async def of_staff(self, user_id: UUID) -> list[Client]:
        """Some of the clients that somebody is assigned to, locked."""
        return await self.all(_OF_STAFF, staff_ids=[user_id])

    async def pieces(self) -> AsyncIterator[list[Client]]:
        """Every client of the tenant, some hundred at a time."""
        after = UUID(int=0)
        while piece := await self.all(_AFTER, after=after):
            yield piece
            after = piece[-1].id
