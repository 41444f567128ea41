"""All SQL of duplicates."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    LargeBinary,
    Text,
    Uuid,
    any_,
    bindparam,
    cast,
    column,
    delete,
    func,
    literal_column,
    not_,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from clients.clients.repository.rows import about_visible_client
from clients.clients.rules.alike import MOST_HOLDERS
from clients.clients.tables import clients
from clients.duplicates.rules import FIELDS, DuplicateNotFound, Keys
from clients.duplicates.tables import Duplicate, duplicates, match_keys
from clients.visible_fields.repository import hidden_fields
from refs.visibility import sight_of

_C: Final = duplicates.c
_OURS: Final = _C.tenant_id == bindparam("tenant_id", type_=Uuid)
_SCOPE: Final = about_visible_client(_C.first_client_id) & about_visible_client(_C.second_client_id)
_first, _second = clients.alias("first_client"), clients.alias("second_client")
_SOURCE: Final = duplicates.join(
    _first, (_first.c.tenant_id == _C.tenant_id) & (_first.c.id == _C.first_client_id)
).join(_second, (_second.c.tenant_id == _C.tenant_id) & (_second.c.id == _C.second_client_id))


def _shown(client: Any) -> Any:
    url = literal_column("'/v1/clients/'", Text) + cast(client.c.id, Text)
    return func.json_build_object(
        literal_column("'id'"), client.c.id, literal_column("'name'"), client.c.name,
        literal_column("'code'"), client.c.code, literal_column("'url'"), url,
    )  # fmt: skip


# Merged ones are one client already, and what is put away is nobody's work.
_STANDING: Final = tuple(
    clause
    for one in (_first, _second)
    for clause in (one.c.merged_into.is_(None), not_(one.c.is_archived))
)
_COLUMNS: Final = {
    **{name: _C[name] for name in ("id", "version", "created_at", "updated_at", "reasons")},
    "clients": func.json_build_array(_shown(_first), _shown(_second)),
    "dismissed": _C.is_dismissed,
}


def _is_told(reason: str) -> ColumnElement[bool]:
    """Not to who is hidden one of the two values that are the same."""
    hiding = any_(bindparam(f"hides_{reason}", type_=ARRAY(Uuid)))
    is_hidden = or_(_first.c.folder_id == hiding, _second.c.folder_id == hiding)
    return not_((literal_column(f"'{reason}'", Text) == any_(_C.reasons)) & is_hidden)


_TOLD: Final = tuple(_is_told(reason) for reason in FIELDS)
_READ: Final = document(_SOURCE, _COLUMNS, _OURS, _SCOPE, *_TOLD, _C.id == bindparam("id"))
LIST: Final = ListQuery(
    source=_SOURCE, columns=_COLUMNS, where=(_OURS, _SCOPE, *_TOLD, *_STANDING),
    filters={"dismissed": _C.is_dismissed == bindparam("dismissed", type_=Boolean)},
    sorts={"created_at": _C.created_at}, default_sort="-created_at", key=_C.id,
)  # fmt: skip

_K: Final = match_keys.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_CLIENT: Final = bindparam("client_id", type_=Uuid)
_KEYS: Final = bindparam("keys", type_=ARRAY(LargeBinary))
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_FORGET: Final = statement(
    delete(match_keys).where(_K.tenant_id == _TENANT, _K.client_id == _CLIENT)
)
_given: Final = (
    func.unnest(_KEYS, bindparam("reasons", type_=ARRAY(Text)))
    .table_valued(column("key", LargeBinary), column("reason", Text))
    .render_derived()
)
_PUT: Final = statement(
    insert(match_keys)
    .from_select(
        ["tenant_id", "key", "client_id", "reason"],
        select(_TENANT, _given.c.key, _CLIENT, _given.c.reason),
    )
    .on_conflict_do_nothing()
)
_holders: Final = (
    select(_K.client_id, _K.reason, func.count().over(partition_by=_K.key).label("holders"))
    .where(_K.tenant_id == _TENANT, _K.key == any_(_KEYS))
    .subquery("holders")
)
_WHO_ELSE: Final = statement(
    select(
        _holders.c.client_id,
        func.array_agg(
            aggregate_order_by(_holders.c.reason.distinct(), _holders.c.reason), type_=ARRAY(Text)
        ).label("reasons"),
    )
    .where(_holders.c.client_id != _CLIENT, _holders.c.holders <= literal_column(str(MOST_HOLDERS)))
    .group_by(_holders.c.client_id)
)  # fmt: skip
_OF_CLIENT: Final = statement(
    select(*duplicates.c).where(
        _OURS, or_(_C.first_client_id == _CLIENT, _C.second_client_id == _CLIENT)
    )
)


class DuplicateRepository(Repository[Duplicate]):
    """Pairs both of whose clients the caller sees."""

    table = duplicates
    row = Duplicate
    scope = _SCOPE
    missing = DuplicateNotFound

    async def scope_values(self) -> dict[str, Any]:
        hidden = await hidden_fields(self.work)
        values = (await sight_of(self.work)).values()
        return values | {f"hides_{one}": hidden.hiding(*fields) for one, fields in FIELDS.items()}

    async def read(self, pair_id: UUID) -> Document:
        """The pair as JSON; raises DuplicateNotFound."""
        found = await read_document(
            self.work, _READ, tenant_id=self.work.tenant_id, id=pair_id,
            **await self.scope_values(),
        )  # fmt: skip
        if found is None:
            raise self.missing()
        return found

    async def lock(self) -> None:
        """Wait for whoever else is looking: of two new ones the second finds the first."""
        await self.work.execute(_LOCK, key=f"duplicates:{self.work.tenant_id}")

    async def of_client(self, client_id: UUID) -> dict[UUID, Duplicate]:
        """The pairs of a client, by the other one."""
        found = await self.all(_OF_CLIENT, client_id=client_id)
        return {
            one.second_client_id if one.first_client_id == client_id else one.first_client_id: one
            for one in found
        }

    async def share(self, client_id: UUID, keys: Keys) -> dict[UUID, list[str]]:
        """Put a client's keys in the place of those it had; who else has some of them, and why."""
        values = {"tenant_id": self.work.tenant_id, "client_id": client_id}
        await self.work.execute(_FORGET, **values)
        if not keys.held:
            return {}
        await self.work.execute(
            _PUT, keys=list(keys.held), reasons=list(keys.held.values()), **values
        )
        rows = await self.work.fetch(_WHO_ELSE, keys=list(keys.sought), **values)
        return {row["client_id"]: list(row["reasons"]) for row in rows}
