"""What a company sells: rights for a time, and credit."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

packages = tenant_table(
    "packages", METADATA,
    Column("kind", Text, nullable=False),
    Column("name", JSONB, nullable=False),
    Column("description", JSONB),
    Column("currency", Text, nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("joining_fee_minor", BigInteger),
    # One of billing's taxes, who looks at it when something is sold.
    Column("tax_id", Uuid),
    Column("period", JSONB),
    # `[{credit_type_id, amount, expires_after}]`, amounts as they are written.
    Column("credits", JSONB, nullable=False),
    Column("is_active", Boolean, nullable=False),
    Column("external_id", Text),
    Index("ix_packages_updated", "tenant_id", "updated_at", "id"),
    Index("uq_packages__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Package(Row):
    """Something that is sold again and again; its version grows with each change."""

    kind: str
    name: dict[str, str]
    description: dict[str, str] | None
    currency: str
    price_minor: int
    joining_fee_minor: int | None
    tax_id: UUID | None
    period: dict[str, Any] | None
    credits: list[dict[str, Any]]
    is_active: bool
    external_id: str | None
