"""The last statement of a unit of work: events, audit rows and the answer to be replayed."""

from typing import TYPE_CHECKING, Any

import orjson

from chassis import jobs, telemetry
from chassis.ids import new_id
from chassis.pool import Connection

if TYPE_CHECKING:
    from chassis.work import UnitOfWork

# One round trip for all three: each part is skipped by its empty arrays or null scope.
_FLUSH = """
with published as (
    insert into outbox (id, tenant_id, ordering_key, subject, event, created_at)
    select id, $1, key, subject, event, $2
      from unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) as e (id, key, subject, event)
), audited as (
    insert into audit_log (id, tenant_id, at, actor, action, entity, entity_id, changes,
                           request_id, trace_id)
    select id, $1, $2, $7, action, entity, entity_id, changes::jsonb, $8, $9
      from unnest($10::uuid[], $11::text[], $12::text[], $13::uuid[], $14::text[])
        as a (id, action, entity, entity_id, changes)
)
insert into idempotency_keys (tenant_id, scope, digest, status, headers, body)
select $1, $15::bytea, $16::bytea, $17::integer, $18::jsonb, $19::bytea where $15 is not null
"""


async def flush(connection: Connection, work: "UnitOfWork") -> None:
    """Write what the work gathered, in its own transaction."""
    await connection.fetch(
        _FLUSH, work.tenant_id, work.now, *_events(work), *_audits(work), *_answer(work)
    )
    if work.jobs:
        await jobs.insert(connection, work.jobs)


def _events(work: "UnitOfWork") -> tuple[list[Any], ...]:
    events = work.events
    return (
        [e.id for e in events], [e.ordering_key for e in events],
        [e.nats_subject for e in events], [e.to_json().decode() for e in events],
    )  # fmt: skip


def _audits(work: "UnitOfWork") -> tuple[Any, ...]:
    audits = work.audits
    return (
        work.caller.principal, work.trail.request_id, telemetry.trace_id(),
        [new_id() for _ in audits], [a.action for a in audits], [a.entity for a in audits],
        [a.entity_id for a in audits],
        [_json(a.changes) for a in audits],
    )  # fmt: skip


def _json(changes: dict[str, Any]) -> str:
    # SQLAlchemy's column names are a subclass of str, which orjson takes for another type.
    return orjson.dumps(changes, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _answer(work: "UnitOfWork") -> tuple[Any, ...]:
    if (answer := work.answer) is None:
        return None, None, None, None, None
    return answer.scope, answer.digest, answer.status, answer.headers, answer.body
