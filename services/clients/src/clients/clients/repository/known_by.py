"""Clients by the id that a partner's system knows them by."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import asyncpg
from sqlalchemy import Text, Uuid, any_, bindparam, false, func, not_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.statements import statement
from chassis.work import UnitOfWork
from clients.clients.rules.failures import ExternalIdTaken
from clients.clients.rules.known_by import Candidate
from clients.clients.tables import clients
from clients.visible_fields.repository import hidden_fields
from refs import visibility

_C: Final = clients.c
_TENANT: Final = bindparam("tenant_id", type_=Uuid)
_KEY: Final = bindparam("external_id", type_=Text)
# A folder that hides the field tells by no answer which of its clients has the id.
_IS_SEEN: Final = visibility.scope(clients) & not_(
    _C.folder_id == any_(bindparam("hiding", type_=ARRAY(Uuid)))
)
_IS_OWN: Final = func.coalesce(_C.external_id == _KEY, false())
_merged: Final = clients.alias("merged_client")
_survivors: Final = select(_merged.c.merged_into).where(
    _merged.c.tenant_id == _TENANT, _merged.c.merged_into.is_not(None),
    _merged.c.external_id == _KEY,
)  # fmt: skip
_CANDIDATES: Final = statement(
    select(_C.id, _IS_SEEN.label("is_seen"), _IS_OWN.label("is_own"), _C.is_archived)
    .where(
        _C.tenant_id == _TENANT, _C.merged_into.is_(None),
        (_C.external_id == _KEY)
        | (_C.id == any_(func.array(_survivors.scalar_subquery(), type_=ARRAY(Uuid)))),
    )
    .order_by(_IS_SEEN.desc(), _C.is_archived, _IS_OWN.desc(), _C.id)
    .limit(2)
)  # fmt: skip
_LOCK: Final = statement(
    select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("key", type_=Text), 0)))
)


@contextmanager
def naming_what_is_taken() -> Iterator[None]:
    """Raises ExternalIdTaken where a write is refused for that."""
    try:
        yield
    except asyncpg.UniqueViolationError as error:
        if error.constraint_name != "uq_clients__external_id":
            raise
        raise ExternalIdTaken(field="external_id") from error


async def candidates(work: UnitOfWork, external_id: str) -> list[Candidate]:
    """The two that are meant most likely, those first that the caller sees."""
    sight, hidden = await visibility.sight_of(work), await hidden_fields(work)
    values = sight.values() | {"hiding": hidden.hiding("external_id")}
    rows = await work.fetch(
        _CANDIDATES, tenant_id=work.tenant_id, external_id=external_id, **values
    )
    return [Candidate(**row) for row in rows]


async def lock(work: UnitOfWork, external_id: str) -> None:
    """Wait for whoever is adding a client with this id."""
    await work.execute(_LOCK, key=f"external_id:{work.tenant_id}:{external_id}")
