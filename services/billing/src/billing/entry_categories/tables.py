"""The categories of a company's expenses and incomes."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Text
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

entry_categories = tenant_table(
    "entry_categories", METADATA,
    Column("kind", Text, nullable=False),
    Column("name", JSONB, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("ix_entry_categories_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCategory(Row):
    """What expenses, or incomes, are counted as."""

    kind: str
    name: dict[str, str]
    is_active: bool
