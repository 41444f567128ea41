"""Background work that people and programs start."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, metadata, tenant_table

# Every service that has such work has this table in its own database.
METADATA: Final = metadata()

jobs: Final = tenant_table(
    "jobs", METADATA,
    Column("kind", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("rights", JSONB),
    # What is to be done, and how far it is: whoever takes the job over goes on from there.
    Column("asked", JSONB, nullable=False),
    Column("state", JSONB, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("result", JSONB),
    Column("error", JSONB),
    Column("failures", Integer, nullable=False),
    Column("depth", Integer, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    # A job is undone once, by one other job.
    Column("undo_of_id", Uuid),
    UniqueConstraint("tenant_id", "undo_of_id", name="uq_jobs__undo"),
    Index("ix_jobs_author", "tenant_id", "author", "created_at", "id"),
    Index("ix_jobs_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Row):
    """A piece of background work."""

    kind: str
    status: str
    author: str
    rights: dict[str, Any] | None
    asked: dict[str, Any]
    state: dict[str, Any]
    done: int
    total: int | None
    result: dict[str, Any] | None
    error: dict[str, Any] | None
    failures: int
    depth: int
    ended_at: datetime | None
    undo_of_id: UUID | None
