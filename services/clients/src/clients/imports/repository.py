"""All SQL of imports that is about clients."""

from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    Text,
    Uuid,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    not_,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from background.imports.repository import FileStore, RowStore
from chassis.folding import fold_compact
from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.categories.tables import categories
from clients.custom_fields.tables import custom_fields
from clients.folders.tables import folders, statuses
from clients.follow_up_statuses.tables import follow_up_statuses
from clients.imports.tables import import_pieces, import_rows
from refs.tables import identity_users

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_R: Final = import_rows.c
_url = literal_column("'/v1/clients/'", Text) + cast(_R.client_id, Text)

FILES: Final = FileStore(import_pieces)
ROWS: Final = RowStore(
    import_rows, {"record_id": "client_id"},
    {"client_id": _R.client_id, "url": case((_R.client_id.is_not(None), _url))},
)  # fmt: skip


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
