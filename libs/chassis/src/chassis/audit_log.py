"""A service's own audit log as a list: what it shows, to whom, and how it is filtered."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, Field
from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    MetaData,
    Table,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    func,
    null,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.paging import ListQuery
from chassis.shapes import View

# As the plumbing makes it; no migration is written from here.
audit_log: Final = Table(
    "audit_log", MetaData(),
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("client_id", Uuid),
    Column("changes", JSONB, nullable=False),
    Column("request_id", Text),
    Column("trace_id", Text),
)  # fmt: skip
_SERVICE: Final = bindparam("own_service", type_=Text)
_MOST: Final = 50


class AuditFilters(BaseModel):
    """Which entries a list shows."""

    service: list[str] | None = Field(default=None, max_length=_MOST)
    actor: list[str] | None = Field(default=None, max_length=_MOST)
    action: list[str] | None = Field(default=None, max_length=_MOST)
    entity: list[str] | None = Field(default=None, max_length=_MOST)
    entity_id: UUID | None = None
    client_id: UUID | None = None
    at_from: AwareDatetime | None = None
    at_to: AwareDatetime | None = None


class AuditEntryView(View):
    """Who did what to which record; of sensitive values nothing, of others what they became."""

    id: UUID
    at: datetime
    service: str
    actor: str
    action: str
    entity: str
    entity_id: UUID
    client_id: UUID | None
    url: str | None
    changes: dict[str, Any]
    request_id: str | None
    trace_id: str | None


def audit_entries(seen: ColumnElement[bool], told: ColumnElement[bool]) -> ListQuery:
    """The list of this service's entries for which `seen` holds.

    Where `told` does not hold, an entry says which fields were changed and not what they became,
    because a value may be, or name, what is hidden from who reads. Besides the parameters of both
    it takes `own_service`, the name of the service.
    """
    return ListQuery(
        source=audit_log, columns=_columns(told),
        where=(audit_log.c.tenant_id == bindparam("tenant_id"), seen),
        filters={
            "service": any_(bindparam("service", type_=ARRAY(Text))) == _SERVICE,
            **{
                name: audit_log.c[name] == any_(bindparam(name, type_=ARRAY(Text)))
                for name in ("actor", "action", "entity")
            },
            **{name: audit_log.c[name] == bindparam(name) for name in ("entity_id", "client_id")},
            "at_from": audit_log.c.at >= bindparam("at_from", type_=DateTime(timezone=True)),
            "at_to": audit_log.c.at < bindparam("at_to", type_=DateTime(timezone=True)),
        },
        sorts={"at": audit_log.c.at}, default_sort="-at", key=audit_log.c.id,
    )  # fmt: skip


def _columns(told: ColumnElement[bool]) -> dict[str, ColumnElement[Any]]:
    shown = audit_log.c
    names = func.jsonb_object_keys(shown.changes).column_valued("name")
    only_names = select(
        func.coalesce(func.jsonb_object_agg(names, null()), func.jsonb_build_object())
    )
    return {
        "id": shown.id, "at": shown.at, "service": _SERVICE, "actor": shown.actor,
        "action": shown.action, "entity": shown.entity, "entity_id": shown.entity_id,
        "client_id": shown.client_id,
        "url": case((shown.client_id.is_not(None), func.concat("/v1/clients/", shown.client_id))),
        "changes": case((told, shown.changes), else_=only_names.scalar_subquery()),
        "request_id": shown.request_id, "trace_id": shown.trace_id,
    }  # fmt: skip
