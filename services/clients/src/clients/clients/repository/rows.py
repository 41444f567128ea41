"""Rows of clients: read, written, and walked through by those who keep a copy."""

from collections.abc import AsyncIterator, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Text,
    Uuid,
    any_,
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
from chassis.work import UnitOfWork
from clients.clients.repository.activity import with_activity
from clients.clients.repository.alike import alike_values
from clients.clients.repository.known_by import naming_what_is_taken
from clients.clients.repository.shown import reader_values, told, without_hidden
from clients.clients.rules.failures import ClientNotFound
from clients.clients.tables import Client, clients
from clients.visible_fields.repository import hidden_fields
from refs import merges, visibility

_OURS: Final = clients.c.tenant_id == bindparam("tenant_id")
# A merged client is nowhere: who asks for it is shown its survivor, by a second look-up.
_OWN: Final = clients.c.merged_into.is_(None)
_SCOPE: Final = visibility.scope(clients) & _OWN
_COLUMNS: Final = written_columns(clients)
# Follow from other columns: an audit row that names those says it all.
_DERIVED: Final = {
    "code_key", "phone_keys", "email_keys", "staff_ids", "editor_ids", "created_digest",
    "custom_text", "shares_external_id",
}  # fmt: skip
PIECE: Final = 500  # A snapshot is sent in pieces of so many.

_mine: Final = _OURS & (clients.c.id == bindparam("id"))
_whole: Final = with_activity(clients)
_READ: Final = document(_whole, told(clients), _mine, _SCOPE)
_READ_ANY: Final = document(_whole, told(clients), _mine, _OWN)
_READ_SURVIVOR: Final = document(_whole, told(clients, is_survivor=True), _mine, _SCOPE)
_PLACE: Final = statement(select(clients.c.folder_id).where(_mine, _SCOPE))
_SURVIVOR: Final = statement(select(clients.c.merged_into).where(_mine))
_merged: Final = clients.alias("merged_client")
_merged_ids: Final = (
    select(_merged.c.id)
    .where(_merged.c.tenant_id == clients.c.tenant_id, _merged.c.merged_into == clients.c.id)
    .correlate(clients)
)
_VISIBLE: Final = statement(
    select(clients.c.id, func.array(_merged_ids.scalar_subquery(), type_=ARRAY(Uuid)).label("also"))
    .where(_OURS, _SCOPE, clients.c.id == bindparam("id"))
)  # fmt: skip
# Whoever locks several locks those that stand for themselves first, and each kind by its ids: so
# nobody waits for who waits for them.
_LOCK: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, _SCOPE, clients.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(clients.c.id).with_for_update()
)  # fmt: skip
_HOLD: Final = statement(
    select(clients.c.id)
    .where(_OURS, clients.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(clients.c.id).with_for_update(read=True, key_share=True)
)  # fmt: skip
_itself = select(*_COLUMNS).where(
    _OURS, clients.c.id == bindparam("id"), clients.c.merged_into.is_not(None)
)
_ITSELF: Final = statement(_itself)
_LOCK_ITSELF: Final = statement(_itself.with_for_update())
_LOCK_MERGED: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.merged_into == bindparam("survivor_id", type_=Uuid))
    .order_by(clients.c.id).with_for_update()
)  # fmt: skip
_DIGEST: Final = statement(select(clients.c.created_digest).where(_mine))
_AFTER: Final = statement(
    select(*_COLUMNS).where(_OURS, clients.c.id > bindparam("after", type_=Uuid))
    .order_by(clients.c.id).limit(PIECE)
)  # fmt: skip
_TAGGED: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.tags.contains(bindparam("tags", type_=ARRAY(Text))))
    .order_by(clients.c.id).limit(PIECE).with_for_update()
)  # fmt: skip
_OF_STAFF: Final = statement(
    select(*_COLUMNS)
    .where(_OURS, clients.c.staff_ids.contains(bindparam("staff_ids", type_=ARRAY(Uuid))))
    .order_by(clients.c.id).limit(PIECE).with_for_update()
)  # fmt: skip


def _insert(unless_taken: bool) -> Statement:
    """Write a row and have its JSON: one round trip, the same JSON as any later read."""
    put = insert(clients).values({c.name: bindparam(c.name, type_=c.type) for c in _COLUMNS})
    if unless_taken:
        put = put.on_conflict_do_nothing(index_elements=["tenant_id", "id"])
    made = put.returning(*_COLUMNS).cte("made")
    columns = json_row(told(made)).items()
    named = select(*(c.label(name) for name, c in columns))
    row = named.select_from(with_activity(made)).subquery("shown")
    return statement(select(cast(func.row_to_json(row.table_valued()), Text)))


def about_visible_client(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of other features: seen by who sees the client they are about, or its survivor."""
    named, seen = clients.alias("named_client"), clients.alias("seen_client")
    found = (
        select(seen.c.id)
        .join_from(named, seen, (seen.c.tenant_id == named.c.tenant_id)
                   & (seen.c.id == merges.stands_for(named)))
        .where(named.c.tenant_id == bindparam("tenant_id"), named.c.id == client_id,
               visibility.scope(seen))
    )  # fmt: skip
    return or_(bindparam("sees_everything", type_=Boolean), exists(found))


def of_clients(client_id: ColumnElement[Any], asked: ColumnElement[Any]) -> ColumnElement[bool]:
    """Rows of other features about any of these clients, and about those merged into them."""
    return merges.about_clients(clients, client_id, asked)


def survivor_of(client_id: ColumnElement[Any]) -> ColumnElement[Any]:
    """The client that a row of another feature is about now."""
    return merges.survivor_of(clients, client_id)


_INSERT_MANY: Final = statement(
    insert(clients).values({c.name: bindparam(c.name, type_=c.type) for c in _COLUMNS})
)
_INSERT: Final = {unless_taken: _insert(unless_taken) for unless_taken in (False, True)}


async def check_visible_client(work: UnitOfWork, client_id: UUID) -> None:
    """Raises ClientNotFound."""
    await ClientRepository(work).check_visible(client_id)


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
        hidden = await hidden_fields(self.work)
        values = {
            **sight.values(), **reader_values(self.work.caller), **alike_values(hidden),
        }  # fmt: skip
        found = await read_document(
            self.work, query, tenant_id=self.work.tenant_id, id=client_id, **values
        )
        if found is None and (survivor_id := await self.survivor(client_id)):
            found = await read_document(
                self.work, _READ_SURVIVOR, tenant_id=self.work.tenant_id, id=survivor_id, **values
            )
        if found is None:
            raise self.missing()
        return without_hidden(hidden, found)

    async def find(self, entity_id: UUID) -> Client | None:
        """The client, or its survivor; None where the caller may see neither."""
        if (found := await super().find(entity_id)) is not None:
            return found
        survivor_id = await self.survivor(entity_id)
        return await super().find(survivor_id) if survivor_id else None

    async def get_for_update(self, entity_id: UUID) -> Client:
        """The client or its survivor, locked; raises ClientNotFound, Forbidden and Stale."""
        try:
            return await super().get_for_update(entity_id)
        except ClientNotFound:
            if (survivor_id := await self.survivor(entity_id)) is None:
                raise
        if self.work.if_match and self.work.if_match[0] == entity_id:
            self.work.if_match = (survivor_id, self.work.if_match[1])
        return await super().get_for_update(survivor_id)

    async def survivor(self, client_id: UUID) -> UUID | None:
        """Who answers for a merged client, seen by the caller or not; None for all others."""
        found: UUID | None = await self.work.fetchval(
            _SURVIVOR, tenant_id=self.work.tenant_id, id=client_id
        )
        return found

    async def lock(self, *client_ids: UUID) -> dict[UUID, Client]:
        """Those of the clients that the caller sees and that stand for themselves, locked."""
        found = await self.all(_LOCK, ids=list(client_ids))
        return {client.id: client for client in found}

    async def lock_merged(self, survivor_id: UUID) -> list[Client]:
        """The clients that one answers for, locked: by who has locked that one."""
        return await self.all(_LOCK_MERGED, survivor_id=survivor_id)

    async def merged(self, client_id: UUID, *, lock: bool = False) -> Client | None:
        """A merged client's own row, seen by the caller or not."""
        return await self.one(_LOCK_ITSELF if lock else _ITSELF, id=client_id)

    async def hold(self, *client_ids: UUID) -> None:
        """Keep the clients from being merged until what is written of them stands."""
        await self.work.fetch(_HOLD, tenant_id=self.work.tenant_id, ids=list(client_ids))

    async def check_visible(self, client_id: UUID) -> list[UUID]:
        """The client that answers and those merged into it; raises ClientNotFound."""
        row = await self.work.fetchrow(_VISIBLE, **await self._bound({"id": client_id}))
        if row is None and (survivor_id := await self.survivor(client_id)):
            row = await self.work.fetchrow(_VISIBLE, **await self._bound({"id": survivor_id}))
        if row is None:
            raise self.missing()
        return [row["id"], *row["also"]]

    async def folder_of(self, client_id: UUID) -> UUID:
        """The folder of a client that the caller sees; raises ClientNotFound."""
        found: UUID | None = await self.work.fetchval(
            _PLACE, **await self._bound({"id": client_id})
        )
        if found is None:
            raise self.missing()
        return found

    async def update(self, row: Client, **changes: Any) -> Client:
        """As any row; raises ExternalIdTaken."""
        if changes.get("external_id", row.external_id) != row.external_id:
            changes = {"shares_external_id": None} | changes
        with naming_what_is_taken():
            return await super().update(row, **changes)

    async def write(self, prints: list[bytes], **values: Any) -> tuple[Client, Document] | None:
        """A new row and its JSON; None where the id that the caller made is taken.

        `prints` are the hashes of its identity number, which is written after it.
        """
        new, hidden = self._new(values), await hidden_fields(self.work)
        scope = await self.scope_values() | reader_values(self.work.caller)
        scope |= alike_values(hidden, prints)
        with naming_what_is_taken():
            query = _INSERT[values["id"] is not None]
            body = await self.work.fetchval(query, **new, **scope)
        if body is None:
            return None
        added = self._added(new)
        return added, without_hidden(hidden, Document(body, added.version))

    async def write_many(self, rows: Sequence[dict[str, Any]]) -> list[Client]:
        """New rows, all of them or none."""
        new = [self._new(values) for values in rows]
        with naming_what_is_taken():
            await self.work.execute_many(_INSERT_MANY, new)
        return [self._added(values) for values in new]

    async def digest(self, client_id: UUID) -> bytes | None:
        """What a client was made from whose id the caller made, seen by the caller or not."""
        found: bytes | None = await self.work.fetchval(
            _DIGEST, tenant_id=self.work.tenant_id, id=client_id
        )
        return found

    def about(self, row: Client) -> UUID:
        return row.id

    def _audit(
        self, action: str, entity_id: UUID, changes: dict[str, Any], client_id: UUID | None = None
    ) -> None:
        kept = {name: value for name, value in changes.items() if name not in _DERIVED}
        super()._audit(action, entity_id, kept, client_id)

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
