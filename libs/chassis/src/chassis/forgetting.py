"""Forgetting somebody for good: their id is marked, and no event about them is handled any more."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, column, table

from chassis.work import UnitOfWork

FORGOTTEN: Final = table("forgotten", column("tenant_id", Uuid), column("id", Uuid))
# Alone: whoever holds one of them has ended, and whoever comes finds the mark.
_ALONE: Final = "select pg_advisory_xact_lock(key) from unnest($1::bigint[]) key"
_HOLD: Final = "select pg_advisory_xact_lock_shared(key) from unnest($1::bigint[]) key"
_TRY: Final = """
select id from unnest($1::uuid[], $2::bigint[]) e (id, key)
 where not pg_try_advisory_xact_lock_shared(key)
"""
_MARK: Final = """
insert into forgotten (tenant_id, id, forgotten_at, forgotten_by)
select $1, id, $3, $4 from unnest($2::uuid[]) id on conflict do nothing
"""
_MARKED: Final = """
select id, forgotten_at, forgotten_by from forgotten where tenant_id = $1 and id = any($2::uuid[])
"""
_AUDITED: Final = "select forget_audited($1::uuid[])"


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What is left of somebody: an id, since when, and by whom."""

    id: UUID
    at: datetime
    by: str


async def wait_for_others(work: UnitOfWork, ids: Iterable[UUID]) -> None:
    """Be the only one at work on these until the work ends. Before any row of theirs is locked."""
    connection = await work.connection()
    await connection.execute(_ALONE, lock_keys(ids))


async def forget(work: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Mark them; asked by who is alone at work on them."""
    connection = await work.connection()
    await connection.execute(_MARK, work.tenant_id, list(ids), work.now, work.caller.principal)
    await connection.execute(_AUDITED, list(ids))


async def forget_audited(work: UnitOfWork, ids: Sequence[UUID]) -> None:
    """Leave of the audit of these records who did what when, not what the fields became."""
    connection = await work.connection()
    await connection.execute(_AUDITED, list(ids))


def hold_from_begin(work: UnitOfWork, ids: Iterable[UUID]) -> None:
    """Hold them as the work begins, which costs no message of its own; too late once it has."""
    if not work.has_begun:
        work.held = sorted({*work.held, *lock_keys(ids)})


def is_held(work: UnitOfWork, entity_id: UUID) -> bool:
    """Whether that was done."""
    return not set(lock_keys([entity_id])).difference(work.held)


async def hold(work: UnitOfWork, *ids: UUID) -> set[UUID]:
    """Keep them from being forgotten until what is written of them stands; who is already."""
    connection = await work.connection()
    await connection.execute(_HOLD, lock_keys(ids))
    return {one.id for one in await forgotten(work, *ids)}


async def hold_unless_going(work: UnitOfWork, *ids: UUID) -> set[UUID]:
    """The same for who holds others, or rows, already; who is being forgotten now is gone too.

    It does not wait: whoever forgets them may be waiting for what is held here. Where clients are
    forgotten because another service told of it, they are gone there for good.
    """
    connection = await work.connection()
    keys = [lock_keys([one])[0] for one in ids]
    going: list[Any] = await connection.fetch(_TRY, list(ids), keys)
    return {row["id"] for row in going}.union(one.id for one in await forgotten(work, *ids))


async def forgotten(work: UnitOfWork, *ids: UUID) -> list[Forgotten]:
    """Those of the ids that were forgotten."""
    connection = await work.connection()
    rows: list[Any] = await connection.fetch(_MARKED, work.tenant_id, list(ids))
    return [Forgotten(row["id"], row["forgotten_at"], row["forgotten_by"]) for row in rows]


def lock_keys(ids: Iterable[UUID]) -> list[int]:
    """What the locks are, in the order in which everybody takes them."""
    return sorted({
        int.from_bytes(blake2b(one.bytes, digest_size=8, key=b"forgetting").digest(), signed=True)
        for one in ids
    })  # fmt: skip
