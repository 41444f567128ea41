"""What was caused, and what was answered."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Index, LargeBinary, Text, Uuid

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

causes = tenant_table(
    "causes", METADATA,
    # As membership:<id>:period:3
    Column("cause", Text, nullable=False),
    # Of the request, and what answered it: ids, states and figures, nothing that somebody wrote.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("answer", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("client_id", Uuid),
    # What it made or changed; None: of before it was kept.
    Column("document_id", Uuid),
    Column("created_by", Text, nullable=False),
    Index("uq_causes__cause", "tenant_id", "cause", unique=True),
    Index("ix_causes_document", "tenant_id", "document_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseRow(Row):
    """What something was asked for, once for all."""

    cause: str
    digest: bytes
    answer: bytes
    client_id: UUID | None
    document_id: UUID | None
    created_by: str
