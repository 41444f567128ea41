"""Merges of two clients, until they are undone and after."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

_HIDDEN = {"sensitive": True}

merges = tenant_table(
    "merges", METADATA,
    Column("from_client_id", Uuid, nullable=False),
    Column("into_client_id", Uuid, nullable=False),
    # Which single values were asked for, by name: the merged client's or the survivor's.
    Column("chosen", JSONB, nullable=False),
    # The survivor's columns that the merge changed, as it found and as it made them.
    Column("before", JSONB, nullable=False, info=_HIDDEN),
    Column("after", JSONB, nullable=False, info=_HIDDEN),
    # Single values that are the merged client's.
    Column("taken", ARRAY(Text), nullable=False),
    Column("merged_by", Text, nullable=False),
    Column("undone_at", DateTime(timezone=True)),
    ForeignKeyConstraint(
        ["tenant_id", "from_client_id"], ["clients.tenant_id", "clients.id"], name="fk_merges_from"
    ),
    ForeignKeyConstraint(
        ["tenant_id", "into_client_id"], ["clients.tenant_id", "clients.id"], name="fk_merges_into"
    ),
    Index("uq_merges__from", "tenant_id", "from_client_id", unique=True,
          postgresql_where=text("undone_at IS NULL")),
    Index("ix_merges_into", "tenant_id", "into_client_id", "created_at", "id"),
    Index("ix_merges_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(Row):
    """One client merged into another."""

    from_client_id: UUID
    into_client_id: UUID
    chosen: dict[str, str]
    before: dict[str, Any]
    after: dict[str, Any]
    taken: list[str]
    merged_by: str
    undone_at: datetime | None
