"""Whom a key names: code, external id, phone or e-mail, among those that the caller sees."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, column, func, not_, select, true
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.clients.tables import clients
from clients.visible_fields.repository import hidden_fields
from refs import visibility

_TENANT: Final = bindparam("tenant_id", type_=Uuid)
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


_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


async def meeting_by(work: UnitOfWork, phone_key: str) -> None:
    """Wait for whoever is adding a client who is met by this phone."""
    await work.execute(_LOCK, key=f"phone:{work.tenant_id}:{phone_key}")


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
