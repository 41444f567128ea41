"""Flows, each of their versions, and a number that tells when the flows of a company changed."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from automation.metadata import METADATA
from chassis.tables import Row, tenant_table

flows = tenant_table(
    "flows", METADATA,
    Column("name", Text, nullable=False),
    Column("is_enabled", Boolean, nullable=False),
    # The version below that runs now.
    Column("number", Integer, nullable=False),
    Column("trigger", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("editor", JSONB, nullable=False),
)  # fmt: skip

# Never changed: a run that waits for a month goes on as it began.
flow_versions = Table(
    "flow_versions", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("flow_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("trigger", JSONB, nullable=False),
    Column("steps", JSONB, nullable=False),
    Column("editor", JSONB, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
)  # fmt: skip

# Raised by every change of a company's flows: what processes remember is good while it stands.
flow_revisions = Table(
    "flow_revisions", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("revision", BigInteger, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow(Row):
    """A flow as it is now."""

    name: str
    is_enabled: bool
    number: int
    trigger: dict[str, Any]
    steps: list[dict[str, Any]]
    editor: dict[str, Any]
