"""Runs of flows with what each step did, and how often each flow ran."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from automation.metadata import METADATA
from chassis.tables import Row, tenant_table

runs = tenant_table(
    "runs", METADATA,
    Column("flow_id", Uuid, nullable=False),
    Column("flow_version", Integer, nullable=False),
    Column("flow_name", Text, nullable=False),
    Column("client_id", Uuid),
    # The event, or for a run by hand the run itself: what a flow reacts to once.
    Column("event_id", Uuid, nullable=False),
    Column("event", JSONB, nullable=False),
    # Whether folder and condition were held against the client already.
    Column("is_checked", Boolean, nullable=False),
    # The client as the steps in hand know it, where the event does not tell or is too old.
    Column("client", JSONB),
    Column("is_resumed", Boolean, nullable=False),
    Column("status", Text, nullable=False),
    Column("reason", Text),
    Column("detail", JSONB),
    Column("depth", Integer, nullable=False),
    # The flows whose runs led to the event, oldest first.
    Column("lineage", ARRAY(Uuid), nullable=False),
    Column("position", Text),
    Column("steps", JSONB, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", DateTime(timezone=True)),
    Column("started_at", DateTime(timezone=True)),
    Column("finished_at", DateTime(timezone=True)),
    # One run per flow and event, whatever is delivered again, also after the flow was changed.
    UniqueConstraint("tenant_id", "flow_id", "event_id", name="uq_runs__event"),
    Index("ix_runs_created", "tenant_id", "created_at", "id"),
    Index("ix_runs_flow", "tenant_id", "flow_id", "created_at", "id"),
    Index("ix_runs_client", "tenant_id", "client_id", "created_at", "id"),
)  # fmt: skip

# Sums in several rows each, so that runs of one flow do not wait for each other.
run_counts = Table(
    "run_counts", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("flow_id", Uuid, primary_key=True),
    Column("slot", SmallInteger, primary_key=True),
    Column("runs", BigInteger, nullable=False),
    Column("failures", BigInteger, nullable=False),
    Column("last_run_at", DateTime(timezone=True)),
    Column("last_failed_at", DateTime(timezone=True)),
    Column("last_failure", Text),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Run(Row):
    """One run."""

    flow_id: UUID
    flow_version: int
    flow_name: str
    client_id: UUID | None
    event_id: UUID
    event: dict[str, Any]
    is_checked: bool
    client: dict[str, Any] | None
    is_resumed: bool
    status: str
    reason: str | None
    detail: dict[str, str] | None
    depth: int
    lineage: list[UUID]
    position: str | None
    steps: list[dict[str, Any]]
    attempts: int
    due_at: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
