"""All SQL of custom fields: definitions, and what their values are found by."""

from collections.abc import Mapping, Sequence
from dataclasses import fields as columns_of
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    FromClause,
    LargeBinary,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    text,
    update,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, insert

from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import Statement, statement
from clients.custom_fields.rules.definitions import CustomFieldNotFound, Definition
from clients.custom_fields.rules.filters import shape_of
from clients.custom_fields.tables import (
    CustomField,
    client_positions,
    client_unique_values,
    custom_fields,
)  # fmt: skip
from clients.secrets.repository import secret_clause

_C: Final = custom_fields.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_OURS: Final = _C.tenant_id == _TENANT
_CLIENT: Final = bindparam("client_id", type_=Uuid)
# Named, not imported: clients build on custom fields.
_clients: Final = table(
    "clients", column("tenant_id", Uuid), column("id", Uuid), column("custom_fields", JSONB),
    column("custom_text", Text),
)  # fmt: skip
_merges: Final = table(
    "merges", column("tenant_id", Uuid), column("before", JSONB), column("undone_at")
)
_HAS_KEY: Final = _clients.c.custom_fields.has_key(bindparam("key", type_=Text))
PIECE: Final = 500

_DEFINITIONS: Final = statement(
    select(*(_C[part.name] for part in columns_of(Definition))).where(_OURS).order_by(_C.key)
)
# A value that a merge took away comes back with its undoing.
_put_aside: Final = exists().where(
    _merges.c.tenant_id == _TENANT, _merges.c.undone_at.is_(None),
    _merges.c.before["custom_fields"].has_key(bindparam("key", type_=Text)),
)  # fmt: skip
_IN_USE: Final = statement(
    select(or_(exists().where(_clients.c.tenant_id == _TENANT, _HAS_KEY), _put_aside))
)
_WITH_VALUE: Final = statement(
    select(_clients.c.id, _clients.c.custom_fields)
    .where(_clients.c.tenant_id == _TENANT, _HAS_KEY,
           _clients.c.id > bindparam("after", type_=Uuid))
    .order_by(_clients.c.id).limit(PIECE).with_for_update()
)  # fmt: skip

LIST: Final = ListQuery(
    source=custom_fields,
    columns={
        **{name: _C[name] for name in (
            "id", "version", "created_at", "updated_at", "key", "label", "type", "required",
            "unique", "searchable", "sensitive", "format", "options", "folder_ids", "group",
            "order", "default", "currency",
        )},
        "archived": _C.is_archived,
    },
    where=(_OURS,),
    filters={
        "type": _C.type == any_(bindparam("type", type_=ARRAY(Text))),
        "group": _C.group == any_(bindparam("group", type_=ARRAY(Text))),
        "key": _C.key == any_(bindparam("key", type_=ARRAY(Text))),
        "folder_id": (_C.folder_ids == text("'{}'"))
        | _C.folder_ids.overlap(bindparam("folder_id", type_=ARRAY(Uuid))),
        "archived": _C.is_archived == bindparam("archived", type_=Boolean),
    },
    sorts={name: _C[name] for name in ("order", "key", "updated_at", "created_at")},
    default_sort="order", key=_C.id,
)  # fmt: skip


def _pairs(name: str, kind: Any) -> Any:
    """Ids of fields and what belongs to each, from two arrays."""
    ids, values = bindparam("fields", type_=ARRAY(Uuid)), bindparam(name, type_=ARRAY(kind))
    return func.unnest(ids, values).table_valued(column("field_id", Uuid), column(name, kind))


_numbers: Final = _pairs("position", BigInteger).render_derived()
_place_clients: Final = insert(client_positions).from_select(
    ["tenant_id", "client_id", "field_id", "position"],
    select(_TENANT, _CLIENT, _numbers.c.field_id, _numbers.c.position),
)
_PLACE: Final = statement(_place_clients.on_conflict_do_update(
    index_elements=["tenant_id", "client_id", "field_id"],
    set_={"position": _place_clients.excluded.position},
))  # fmt: skip
_keys: Final = _pairs("value_key", LargeBinary).render_derived()
_TAKE: Final = statement(
    insert(client_unique_values)
    .from_select(
        ["tenant_id", "field_id", "value_key", "client_id"],
        # In one order always: of two that take the same values none waits for the other's second.
        select(_TENANT, _keys.c.field_id, _keys.c.value_key, _CLIENT).order_by(
            _keys.c.field_id, _keys.c.value_key
        ),
    )
    .on_conflict_do_nothing()
    .returning(client_unique_values.c.field_id)
)

_IS_TAKEN: Final = statement(select(exists().where(
    client_unique_values.c.tenant_id == _TENANT,
    client_unique_values.c.field_id == bindparam("field_id", type_=Uuid),
    client_unique_values.c.value_key == any_(bindparam("value_keys", type_=ARRAY(LargeBinary))),
    client_unique_values.c.client_id != _CLIENT,
)))  # fmt: skip


def _forget(beside: Any) -> Statement:
    return statement(delete(beside).where(
        beside.c.tenant_id == _TENANT, beside.c.client_id == _CLIENT,
        beside.c.field_id == any_(bindparam("fields", type_=ARRAY(Uuid))),
    ))  # fmt: skip


_FORGET_PLACES: Final = _forget(client_positions)
_FORGET_UNIQUE: Final = _forget(client_unique_values)
_new_texts: Final = (
    func.unnest(bindparam("ids", type_=ARRAY(Uuid)), bindparam("texts", type_=ARRAY(Text)))
    .table_valued(column("id", Uuid), column("found", Text))
    .render_derived()
)
_SET_TEXTS: Final = statement(
    update(_clients)
    .where(_clients.c.tenant_id == _TENANT, _clients.c.id == _new_texts.c.id)
    .values(custom_text=_new_texts.c.found)
)


class CustomFieldRepository(Repository[CustomField]):
    """Definitions of the tenant, and what stands beside its clients because of them."""

    table = custom_fields
    row = CustomField
    missing = CustomFieldNotFound

    async def definitions(self) -> list[Definition]:
        """All of them, as values are checked against them."""
        rows = await self.work.fetch(_DEFINITIONS, tenant_id=self.work.tenant_id)
        return [Definition(**row) for row in rows]

    async def is_in_use(self, key: str) -> bool:
        """Whether any client has a value of the field."""
        used: bool = await self.work.fetchval(_IN_USE, tenant_id=self.work.tenant_id, key=key)
        return used

    async def place(self, client_id: UUID, positions: Mapping[UUID, int]) -> None:
        """Note where a client's numbers and dates stand."""
        if positions:
            await self._beside(
                _PLACE, client_id, fields=list(positions), position=list(positions.values())
            )

    async def is_taken(self, field_id: UUID, keys: Sequence[bytes], but: UUID) -> bool:
        """Whether another client has a value by any of these keys."""
        taken: bool = await self.work.fetchval(
            _IS_TAKEN, tenant_id=self.work.tenant_id, field_id=field_id, value_keys=list(keys),
            client_id=but,
        )  # fmt: skip
        return taken

    async def take(self, client_id: UUID, keys: Mapping[UUID, bytes]) -> set[UUID]:
        """Take the values for a client; the fields whose value another one has."""
        if not keys:
            return set()
        rows = await self.work.fetch(
            _TAKE, tenant_id=self.work.tenant_id, client_id=client_id, fields=list(keys),
            value_key=list(keys.values()),
        )  # fmt: skip
        return keys.keys() - {row["field_id"] for row in rows}

    async def release(self, client_id: UUID, *, places: list[UUID], unique: list[UUID]) -> None:
        """Forget what a client's former values of these fields were found by."""
        if places:
            await self._beside(_FORGET_PLACES, client_id, fields=places)
        if unique:
            await self._beside(_FORGET_UNIQUE, client_id, fields=unique)

    async def with_value(self, key: str, after: UUID) -> dict[UUID, dict[str, Any]]:
        """The values of some of the clients that have one of the field, locked."""
        rows = await self.work.fetch(
            _WITH_VALUE, tenant_id=self.work.tenant_id, key=key, after=after
        )
        return {row["id"]: row["custom_fields"] for row in rows}

    async def set_texts(self, texts: Mapping[UUID, str | None]) -> None:
        """What these clients are searched by: it follows from their values, so nothing is told."""
        await self.work.execute(
            _SET_TEXTS, tenant_id=self.work.tenant_id, ids=list(texts), texts=list(texts.values())
        )

    async def _beside(self, query: Statement, client_id: UUID, **values: Sequence[Any]) -> None:
        await self.work.execute(query, tenant_id=self.work.tenant_id, client_id=client_id, **values)


def field_clause(clients: FromClause, name: str) -> ColumnElement[bool]:
    """The clause that a filter's shape names: by values, by none, within bounds."""
    shape = shape_of(name)
    values, key = clients.c.custom_fields, bindparam(shape.bind("key"), type_=Text)
    # As the index has it; a row without any value has none of this field either.
    some = values != literal_column("'{}'::jsonb")
    either = [
        and_(some, values.contains(bindparam(shape.bind(n), type_=JSONB)))
        for n in range(shape.values)
    ]  # fmt: skip
    if shape.is_secret:
        sealed_as = bindparam(shape.bind("secret"), type_=Text)
        prints = bindparam(shape.bind("prints"), type_=ARRAY(LargeBinary))
        either.append(secret_clause(clients, sealed_as, prints))
    if shape.or_none:
        either.append(not_(values.has_key(key)))
    every = [or_(*either)] if either else []
    if shape.has_low or shape.has_high:
        every.append(_within(clients, name))
    return and_(*every)


def _within(clients: FromClause, name: str) -> ColumnElement[bool]:
    shape, c = shape_of(name), client_positions.c
    low = bindparam(shape.bind("low"), type_=BigInteger)
    high = bindparam(shape.bind("high"), type_=BigInteger)
    bounds = [c.position >= low] if shape.has_low else []
    bounds += [c.position < high] if shape.has_high else []
    ours = (c.tenant_id == clients.c.tenant_id) & (c.tenant_id == _TENANT)
    field = c.field_id == bindparam(shape.bind("field"), type_=Uuid)
    found = select(c.client_id).where(ours, c.client_id == clients.c.id, field, *bounds)
    return exists(found.correlate(clients))
