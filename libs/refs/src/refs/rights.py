"""Who a user or an API key is now: asked at every call in somebody's name."""

import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Uuid, any_, bindparam, not_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Caller, system
from chassis.context import Context
from chassis.database import Database
from chassis.statements import statement
from chassis.work import Record, UnitOfWork
from refs import peers
from refs.reading import refresh_tenant
from refs.tables import identity_roles, identity_users

# A flow's step or a call on behalf of a user asks again and again within moments.
USER_SECONDS: Final = 0.25
# A revoked key is refused at once, by its mark in the identity bucket (tokens.py).
KEY_SECONDS: Final = 30.0
_MOST_CACHED: Final = 20_000

_RIGHTS = statement(
    select(
        identity_users.c.id, identity_users.c.is_active, identity_users.c.locale,
        identity_users.c.team_ids,
        identity_roles.c.id.label("role_id"), identity_roles.c.permissions,
        identity_roles.c.visibility, identity_roles.c.is_owner,
    )
    .select_from(identity_users)
    .join(
        identity_roles,
        (identity_roles.c.tenant_id == identity_users.c.tenant_id)
        & (identity_roles.c.id == identity_users.c.role_id)
        & not_(identity_roles.c.is_deleted),
    )
    .where(
        identity_users.c.tenant_id == bindparam("tenant_id"),
        identity_users.c.id == any_(bindparam("user_ids", type_=ARRAY(Uuid))),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Answer:
    caller: Caller | None
    asked_at: float
    until: float


_answers: WeakKeyDictionary[Database, OrderedDict[Any, _Answer]] = WeakKeyDictionary()


async def rights(context: Context, tenant_id: UUID, user_id: UUID) -> Caller | None:
    """A user's present rights, at most a quarter of a second old; None for somebody gone."""
    answers = _answers.setdefault(context.database, OrderedDict())
    known = answers.get((tenant_id, user_id))
    if known is not None and known.until > time.time():
        return known.caller
    caller = await _read(context, tenant_id, user_id)
    _keep(answers, (tenant_id, user_id), caller, time.time(), USER_SECONDS)
    return caller


async def callers(work: UnitOfWork, user_ids: Sequence[UUID]) -> dict[UUID, Caller]:
    """The rights of those of these users who work here now, by what is remembered of them."""
    rows = await work.fetch(_RIGHTS, tenant_id=work.tenant_id, user_ids=user_ids)
    active = {row["id"]: row for row in rows if row["is_active"]}
    return {one: _caller(work.tenant_id, one, active[one]) for one in user_ids if one in active}


async def key_rights(context: Context, secret: str) -> Caller | None:
    """The rights of an API key's secret; None for one unknown or revoked."""
    answers = _answers.setdefault(context.database, OrderedDict())
    digest = sha256(secret.encode()).hexdigest()
    known = answers.get(digest)
    now = time.time()
    if known is not None and known.until > now and not _is_revoked(context, known):
        return known.caller
    found = await peers.resolve_api_key(context, digest)
    caller = _caller_of_key(found) if found else None
    # Dated before the question: a revocation that raced with the answer makes it void.
    _keep(answers, digest, caller, now, KEY_SECONDS)
    return caller


def _is_revoked(context: Context, known: _Answer) -> bool:
    return known.caller is not None and context.tokens.is_revoked(known.caller, known.asked_at)


async def _read(context: Context, tenant_id: UUID, user_id: UUID) -> Caller | None:
    row = await _row(context, tenant_id, user_id)
    if row is None and await refresh_tenant(context, tenant_id):
        row = await _row(context, tenant_id, user_id)
    return _caller(tenant_id, user_id, row) if row is not None and row["is_active"] else None


async def _row(context: Context, tenant_id: UUID, user_id: UUID) -> Any:
    async with context.database.work(system(tenant_id, context.service)) as work:
        return await work.fetchrow(_RIGHTS, tenant_id=tenant_id, user_ids=[user_id])


def _caller(tenant_id: UUID, user_id: UUID, row: Record) -> Caller:
    return Caller(
        tenant_id=tenant_id, principal=f"user:{user_id}", user_id=user_id,
        permissions=frozenset(row["permissions"]), visibility=row["visibility"],
        role_id=row["role_id"], is_owner=row["is_owner"], team_ids=tuple(row["team_ids"]),
        locale=row["locale"] or None,
    )  # fmt: skip


def _caller_of_key(key: dict[str, Any]) -> Caller:
    """A key without folders sees all; one with folders sees them and what is inside them."""
    folders = tuple(UUID(folder) for folder in key["folder_ids"])
    return Caller(
        tenant_id=UUID(key["tenant_id"]), principal=f"key:{key['id']}",
        permissions=frozenset(key["permissions"]), visibility="folders" if folders else "all",
        folder_ids=folders or None, role_id=UUID(key["role_id"]) if key["role_id"] else None,
        made_by=UUID(key["made_by"]) if key.get("made_by") else None,
        team_ids=tuple(UUID(team) for team in key.get("team_ids", ())),
    )  # fmt: skip


def _keep(
    answers: OrderedDict[Any, _Answer], key: object, caller: Caller | None, now: float,
    seconds: float,
) -> None:  # fmt: skip
    answers[key] = _Answer(caller, now, now + seconds)
    answers.move_to_end(key)
    if len(answers) > _MOST_CACHED:
        answers.popitem(last=False)
