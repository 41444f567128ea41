"""The clients of each bulk action, and what became of them."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from background.jobs.tables import jobs
from clients.metadata import METADATA

bulk_items: Final = Table(
    "bulk_items", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("outcome", Text),
    Column("refusal", JSONB),
    Column("before", JSONB),
    Column("after", JSONB),
    # What became of it when the action was undone.
    Column("undone", Text),
    ForeignKeyConstraint(
        ["tenant_id", "job_id"], [jobs.c.tenant_id, jobs.c.id], ondelete="CASCADE"
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """One client of a bulk action."""

    client_id: UUID
    outcome: str | None = None
    refusal: dict[str, Any] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    undone: str | None = None
