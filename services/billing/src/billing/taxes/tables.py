"""The taxes of a company, and who was given those it starts with."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Boolean, Column, Date, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

taxes = tenant_table(
    "taxes", METADATA,
    Column("name", JSONB, nullable=False),
    # As it is written: 0.15.
    Column("rate", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("exemption_reason", Text),
    # As the Saudi authority lists it: VATEX-SA-35.
    Column("exemption_code", Text),
    Column("is_inclusive", Boolean, nullable=False),
    Column("valid_from", Date),
    # The first day on which it holds no more.
    Column("valid_to", Date),
    Column("is_active", Boolean, nullable=False),
    Index("ix_taxes_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

# What a company removed of its starting taxes does not come back.
tax_starts: Final = Table(
    "tax_starts", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tax(Row):
    """A tax: one rate of one category."""

    name: dict[str, str]
    rate: str
    category: str
    exemption_reason: str | None
    exemption_code: str | None
    is_inclusive: bool
    valid_from: date | None
    valid_to: date | None
    is_active: bool
