"""All SQL of imports that is about clients."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    column,
    func,
    literal_column,
    not_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from background.imports.repository import FileStore, RowStore
from chassis.folding import fold_compact
from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.categories.tables import categories
from clients.clients.tables import clients
from clients.custom_fields.tables import custom_fields
from clients.folders.tables import folders, statuses
from clients.follow_up_statuses.tables import follow_up_statuses
from clients.imports.tables import import_pieces, import_rows
from clients.visible_fields.repository import hidden_fields
from refs import visibility
from refs.tables import identity_users

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_R: Final = import_rows.c
_url = literal_column("'/v1/clients/'", Text) + cast(_R.client_id, Text)

FILES: Final = FileStore(import_pieces)
ROWS: Final = RowStore(
    import_rows, {"record_id": "client_id"},
    {"client_id": _R.client_id, "url": case((_R.client_id.is_not(None), _url))},
)  # fmt: skip


_C: Final = clients.c
_THERE: Final = (_C.tenant_id == _TENANT) & not_(_C.is_archived) & _C.merged_into.is_(None)
_KEYS: Final = bindparam("keys", type_=ARRAY(Text))
# Nobody is found by what their folder hides from the caller.
_SHOWN: Final = not_(_C.folder_id == any_(bindparam("hiding", type_=ARRAY(Uuid))))
_FIELDS: Final = {"phone": "phones", "email": "emails"}


def _having(values: Any) -> Any:
    """Who has one of the keys, one look at the tenant's clients for all of them."""
    each = func.unnest(values).table_valued(column("key", Text)).render_derived("each_key")
    return statement(
        select(each.c.key, _C.id)
        .select_from(clients.join(each, true()))
        .where(
            _THERE, _SHOWN, each.c.key == any_(_KEYS), visibility.scope(clients)
        )
    )  # fmt: skip


def _equal(value: Any) -> Any:
    return statement(
        select(value.label("key"), _C.id).where(
            _THERE, _SHOWN, value == any_(_KEYS), visibility.scope(clients)
        )
    )


_MATCHING: Final = {
    "phone": _having(_C.phone_keys), "email": _having(_C.email_keys),
    "code": _equal(_C.code_key), "external_id": _equal(_C.external_id),
}  # fmt: skip


def _formerly(name: str) -> Any:
    """Who answers for a merged client with one of the keys."""
    merged = clients.alias("merged_client")
    same = (merged.c.tenant_id == _C.tenant_id) & (merged.c.merged_into == _C.id)
    return statement(
        select(merged.c[name].label("key"), _C.id)
        .select_from(clients.join(merged, same))
        .where(_THERE, _SHOWN, merged.c.tenant_id == _TENANT, merged.c[name] == any_(_KEYS),
               visibility.scope(clients))
    )  # fmt: skip


# Numbers and addresses of a merged client are its survivor's own.
_FORMERLY: Final = {"code": _formerly("code_key"), "external_id": _formerly("external_id")}


async def matching(work: UnitOfWork, key: str, values: Sequence[str]) -> dict[str, set[UUID]]:
    """The clients that the caller sees by each of these values, merged ones by their survivor."""
    if not values:
        return {}
    scope = {"tenant_id": work.tenant_id, **(await visibility.sight_of(work)).values()}
    scope |= {"hiding": (await hidden_fields(work)).hiding(_FIELDS.get(key, key))}
    found: dict[str, set[UUID]] = {}
    for query in (_MATCHING[key], _FORMERLY.get(key)):
        # Who has a key today comes before who had it.
        left = [value for value in values if value not in found]
        rows = await work.fetch(query, keys=left, **scope) if query and left else ()
        for row in rows:
            found.setdefault(row["key"], set()).add(row["id"])
    return found


def _named(path: Any, table: Any, name: Any) -> Any:
    label = path if not isinstance(path, str) else literal_column(f"'{path}'", Text)
    chosen = select(label.label("path"), table.c.id, name.label("name"))
    return statement(chosen.where(table.c.tenant_id == _TENANT))


def _texts(table: Any) -> Any:
    return cast(table.c.name, JSONB)


_KINDS: Final = (
    _named("folder_id", folders, _texts(folders)), _named("status_id", statuses, _texts(statuses)),
    # Folders have statuses of one name: that of the row's own folder is meant.
    _named(literal_column("'status_id:'", Text) + cast(statuses.c.folder_id, Text), statuses,
           _texts(statuses)),
    _named("category_id", categories, _texts(categories)),
    _named("pinned_status_id", follow_up_statuses, _texts(follow_up_statuses)),
    _named("follow_up_status_id", follow_up_statuses, _texts(follow_up_statuses)),
    _named("staff.user_id", identity_users, func.to_jsonb(identity_users.c.name)),
)  # fmt: skip


async def names(work: UnitOfWork) -> dict[tuple[str, str], list[UUID]]:
    """What cells may call things by, folded, in Arabic and English."""
    found: dict[tuple[str, str], list[UUID]] = {}
    for kind in _KINDS:
        for row in await work.fetch(kind, tenant_id=work.tenant_id):
            every = row["name"].values() if isinstance(row["name"], dict) else [row["name"]]
            for text in {fold_compact(one) for one in every if one}:
                found.setdefault((row["path"], text), []).append(row["id"])
    return found


_LABELS: Final = statement(
    select(custom_fields.c.key, custom_fields.c.label).where(
        custom_fields.c.tenant_id == _TENANT, not_(custom_fields.c.is_archived)
    )
)


async def field_labels(work: UnitOfWork) -> dict[str, list[str]]:
    """What each custom field is called, by its key."""
    rows = await work.fetch(_LABELS, tenant_id=work.tenant_id)
    return {row["key"]: list(row["label"].values()) for row in rows}
