"""Styles of paper."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

paper_templates = tenant_table(
    "paper_templates", METADATA,
    Column("name", Text, nullable=False),
    # None: of every kind of paper.
    Column("kind", Text),
    Column("accent_color", Text),
    Column("shows_logo", Boolean, nullable=False),
    # In Arabic, English or both.
    Column("header", JSONB),
    Column("footer", JSONB),
    # None: the buyer's.
    Column("language", Text),
    Column("shows_hijri", Boolean, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Index("uq_paper_templates__default", "tenant_id", "kind", unique=True,
          postgresql_where=text("is_default"), postgresql_nulls_not_distinct=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTemplate(Row):
    """How papers of a kind, or all, look."""

    name: str
    kind: str | None
    accent_color: str | None
    shows_logo: bool
    header: dict[str, str] | None
    footer: dict[str, str] | None
    language: str | None
    shows_hijri: bool
    is_default: bool
    is_active: bool
