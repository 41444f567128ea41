"""The branches of a company."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

branches = tenant_table(
    "branches", METADATA,
    Column("name", JSONB, nullable=False),
    Column("code", Text),
    # Null: the company's own, as are the numbers below.
    Column("address", JSONB),
    Column("vat_number", Text),
    Column("registration_number", Text),
    Column("is_active", Boolean, nullable=False),
    Index("uq_branches__code", "tenant_id", "code", unique=True,
          postgresql_where=text("code IS NOT NULL")),
    Index("ix_branches_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch(Row):
    """A place from which the company sells."""

    name: dict[str, str]
    code: str | None
    address: dict[str, str | None] | None
    vat_number: str | None
    registration_number: str | None
    is_active: bool
