"""Files that are imported, and what became of each row: tables of the service that owns them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    Uuid,
)
from sqlalchemy.dialects.postgresql import JSONB

from background.jobs.tables import jobs


def _of_a_job() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "job_id"], [jobs.c.tenant_id, jobs.c.id], ondelete="CASCADE"
    )


def piece_table(metadata: MetaData) -> Table:
    """Files in pieces, for whichever worker takes the job; gone when it is done."""
    return Table(
        "import_pieces", metadata,
        Column("tenant_id", Uuid, primary_key=True),
        Column("job_id", Uuid, primary_key=True),
        Column("place", Integer, primary_key=True),
        Column("content", LargeBinary, nullable=False),
        _of_a_job(),
    )  # fmt: skip


def row_table(metadata: MetaData, *record: Column[Any]) -> Table:
    """Rows of files; `record` are the columns that say what a row stands for."""
    return Table(
        "import_rows", metadata,
        Column("tenant_id", Uuid, primary_key=True),
        Column("job_id", Uuid, primary_key=True),
        Column("row", Integer, primary_key=True),
        Column("outcome", Text, nullable=False),
        *record,
        Column("faults", JSONB),
        Column("before", JSONB),
        Column("after", JSONB),
        Column("undone", Text),
        _of_a_job(),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A row of a file, and what became of it; `client_id` where its record is about a client."""

    row: int
    outcome: str
    record_id: UUID | None = None
    client_id: UUID | None = None
    faults: list[dict[str, Any]] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    undone: str | None = None
