"""The last message of a unit of work: events, audit rows, the answer to be replayed, COMMIT."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import orjson

from chassis import telemetry
from chassis.ids import new_id

if TYPE_CHECKING:
    from chassis.work import Answer, UnitOfWork

# Prepared by each connection when it is made. A message of several statements takes no parameters,
# but it may execute what is prepared: one round trip instead of two, and no planning.
PREPARE: Final = """
prepare diwan_flush (
    uuid, timestamptz, uuid[], text[], text[], text[], boolean[], text, text, text,
    uuid[], text[], text[], uuid[], uuid[], text[], bytea, bytea, integer, jsonb, bytea
) as
with published as (
    insert into outbox (id, tenant_id, ordering_key, subject, event, urgent, created_at)
    select id, $1, key, subject, event, urgent, $2
      from unnest($3, $4, $5, $6, $7) as e (id, key, subject, event, urgent)
), audited as (
    insert into audit_log (id, tenant_id, at, actor, action, entity, entity_id, client_id, changes,
                           request_id, trace_id)
    select id, $1, $2, $8, action, entity, entity_id, client_id, changes::jsonb, $9, $10
      from unnest($11, $12, $13, $14, $15, $16)
           as a (id, action, entity, entity_id, client_id, changes)
)
insert into idempotency_keys (tenant_id, scope, digest, status, headers, body)
select $1, $17, $18, $19, $20, $21 where $17 is not null
"""


def last_message(work: "UnitOfWork") -> str:
    """What writes all that the work gathered, and commits."""
    if not (work.events or work.audits or work.answer):
        return "COMMIT"
    values = (_text(str(work.tenant_id)), _text(work.now.isoformat()))
    parts = (*values, *_events(work), *_audits(work), *_answer(work.answer))
    return f"EXECUTE diwan_flush ({', '.join(parts)}); COMMIT"


def _events(work: "UnitOfWork") -> tuple[str, ...]:
    events = work.events
    return (
        _array("uuid", (e.id for e in events)),
        _array("text", (e.ordering_key for e in events)),
        _array("text", (e.nats_subject for e in events)),
        _array("text", (e.to_json().decode() for e in events)),
        _array("boolean", (e.urgent for e in events)),
    )


def _audits(work: "UnitOfWork") -> tuple[str, ...]:
    audits = work.audits
    return (
        _text(work.caller.principal), _text(work.trail.request_id), _text(telemetry.trace_id()),
        _array("uuid", (new_id() for _ in audits)),
        _array("text", (a.action for a in audits)),
        _array("text", (a.entity for a in audits)),
        _array("uuid", (a.entity_id for a in audits)),
        _array("uuid", (a.client_id for a in audits)),
        _array("text", (_json(a.changes) for a in audits)),
    )  # fmt: skip


def _answer(answer: "Answer | None") -> tuple[str, ...]:
    if answer is None:
        return ("NULL",) * 5
    return (
        _bytes(answer.scope), _bytes(answer.digest), str(int(answer.status)),
        _text(_json(answer.headers)), _bytes(answer.body),
    )  # fmt: skip


def _json(value: dict[str, Any]) -> str:
    # SQLAlchemy's column names are a subclass of str, which orjson takes for another type.
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _text(value: str | None) -> str:
    """A literal: with standard_conforming_strings, which our connections set, only a quote ends
    one. A null character would end the whole message, inside the quotes: an error, no more."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _array(kind: str, values: Iterable[object]) -> str:
    texts = [_text(None if value is None else str(value)) for value in values]
    return f"ARRAY[{','.join(texts)}]::{kind}[]" if texts else "'{}'"


def _bytes(value: bytes) -> str:
    return f"'\\x{value.hex()}'"
