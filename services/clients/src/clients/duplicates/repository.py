"""All SQL of duplicates."""

from collections.abc import Collection, Mapping
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
from sqlalchemy.dialects.postgresql import ARRAY, insert

from chassis.documents import Document, document, read_document
from chassis.paging import ListQuery
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from clients.clients.repository.rows import about_visible_client
from clients.clients.rules.alike import MOST_HOLDERS
from clients.clients.tables import Client, clients
from clients.duplicates.rules import FIELDS, DuplicateNotFound, Keys, Pair, pair
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
_CLIENTS: Final = bindparam("client_ids", type_=ARRAY(Uuid))
_KEYS: Final = bindparam("keys", type_=ARRAY(LargeBinary))
_COMPARED: Final = statement(
    select(*written_columns(clients)).where(
        clients.c.tenant_id == _TENANT, clients.c.id == any_(_CLIENTS),
        clients.c.merged_into.is_(None),
    )
)  # fmt: skip
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)
_FORGET: Final = statement(
    delete(match_keys).where(_K.tenant_id == _TENANT, _K.client_id == any_(_CLIENTS))
)
_given: Final = (
    func.unnest(_CLIENTS, _KEYS, bindparam("reasons", type_=ARRAY(Text)))
    .table_valued(column("client_id", Uuid), column("key", LargeBinary), column("reason", Text))
    .render_derived()
)
_PUT: Final = statement(
    insert(match_keys)
    .from_select(
        ["tenant_id", "key", "client_id", "reason"],
        select(_TENANT, _given.c.key, _given.c.client_id, _given.c.reason),
    )
    .on_conflict_do_nothing()
)
_sought: Final = (
    func.unnest(_CLIENTS, _KEYS)
    .table_valued(column("client_id", Uuid), column("key", LargeBinary), name="sought")
    .render_derived()
)
_holders: Final = (
    select(_K.client_id, _K.key, _K.reason, func.count().over(partition_by=_K.key).label("holders"))
    .where(_K.tenant_id == _TENANT, _K.key == any_(_KEYS))
    .subquery("holders")
)
_WHO_ELSE: Final = statement(
    select(
        _sought.c.client_id, _holders.c.client_id.label("other_id"),
        func.array_agg(_holders.c.reason.distinct(), type_=ARRAY(Text)).label("reasons"),
    )
    .join_from(_sought, _holders, (_holders.c.key == _sought.c.key)
               & (_holders.c.client_id != _sought.c.client_id))
    .where(_holders.c.holders <= literal_column(str(MOST_HOLDERS)))
    .group_by(_sought.c.client_id, _holders.c.client_id)
)  # fmt: skip
_OF_CLIENTS: Final = statement(
    select(*duplicates.c).where(
        _OURS,
        or_(_C.first_client_id == any_(_CLIENTS), _C.second_client_id == any_(_CLIENTS)),
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

    async def compared(self, client_ids: Collection[UUID]) -> list[Client]:
        """Those of the clients that stand for themselves, seen by the caller or not."""
        rows = await self.work.fetch(
            _COMPARED, tenant_id=self.work.tenant_id, client_ids=list(client_ids)
        )
        return [Client(**row) for row in rows]

    async def of_clients(self, client_ids: Collection[UUID]) -> dict[Pair, Duplicate]:
        """The pairs with any of the clients."""
        found = await self.all(_OF_CLIENTS, client_ids=list(client_ids))
        return {(one.first_client_id, one.second_client_id): one for one in found}

    async def share(
        self, client_ids: Collection[UUID], keys: Mapping[UUID, Keys]
    ) -> dict[Pair, list[str]]:
        """Put the clients' keys in the place of those they had; who shares some of them, and why.

        Those without keys here are found by nothing any more.
        """
        tenant_id = self.work.tenant_id
        await self.work.execute(_FORGET, tenant_id=tenant_id, client_ids=list(client_ids))
        held = [(one, key, why) for one in keys for key, why in keys[one].held.items()]
        sought = [(one, key) for one in keys for key in keys[one].sought]
        if held:
            await self.work.execute(
                _PUT, tenant_id=tenant_id, client_ids=[one for one, _, _ in held],
                keys=[key for _, key, _ in held], reasons=[why for _, _, why in held],
            )  # fmt: skip
        if not sought:
            return {}
        rows = await self.work.fetch(
            _WHO_ELSE, tenant_id=tenant_id, client_ids=[one for one, _ in sought],
            keys=[key for _, key in sought],
        )  # fmt: skip
        found: dict[Pair, set[str]] = {}
        for row in rows:
            found.setdefault(pair(row["client_id"], row["other_id"]), set()).update(row["reasons"])
        return {two: sorted(reasons) for two, reasons in found.items()}
