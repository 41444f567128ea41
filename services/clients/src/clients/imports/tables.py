"""Files that are imported, and what became of each row."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Integer, LargeBinary, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from clients.metadata import METADATA


def _of_a_job() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["tenant_id", "job_id"], ["jobs.tenant_id", "jobs.id"], ondelete="CASCADE"
    )


# In pieces, for whichever worker takes the job; gone when it is done.
import_pieces: Final = Table(
    "import_pieces", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("place", Integer, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    _of_a_job(),
)  # fmt: skip

import_rows: Final = Table(
    "import_rows", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("job_id", Uuid, primary_key=True),
    Column("row", Integer, primary_key=True),
    Column("outcome", Text, nullable=False),
    Column("client_id", Uuid),
    Column("faults", JSONB),
    Column("before", JSONB),
    Column("after", JSONB),
    Column("undone", Text),
    _of_a_job(),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A row of a file, and what became of it."""

    row: int
    outcome: str
    client_id: UUID | None = None
    faults: list[dict[str, Any]] | None = None
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None
    undone: str | None = None
