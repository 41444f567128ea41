"""The series by which documents are numbered."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

series = tenant_table(
    "series", METADATA,
    Column("document_type", Text, nullable=False),
    # Null: the company's own, for what has no branch or one without a series.
    Column("branch_id", Uuid),
    Column("prefix", Text, nullable=False),
    Column("digits", Integer, nullable=False),
    Column("first_number", BigInteger, nullable=False),
    Column("next_number", BigInteger, nullable=False),
    # The one that gives numbers, for its document type and branch.
    Column("is_current", Boolean, nullable=False),
    UniqueConstraint("tenant_id", "document_type", "prefix", name="uq_series__prefix"),
    ForeignKeyConstraint(
        ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"], name="fk_series_branch"
    ),
    Index("uq_series__current", "tenant_id", "document_type", "branch_id", unique=True,
          postgresql_where=text("is_current"), postgresql_nulls_not_distinct=True),
    Index("ix_series_branch", "tenant_id", "branch_id",
          postgresql_where=text("branch_id IS NOT NULL")),
    Index("ix_series_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Series(Row):
    """The numbers of one document type, of a branch or the company."""

    document_type: str
    branch_id: UUID | None
    prefix: str
    digits: int
    first_number: int
    next_number: int
    is_current: bool
