"""What a company counts credit in."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Boolean, Column, DateTime, Index, SmallInteger
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

credit_types = tenant_table(
    "credit_types", METADATA,
    Column("name", JSONB, nullable=False),
    Column("unit", JSONB, nullable=False),
    Column("description", JSONB),
    # Amounts are kept as whole numbers of the smallest part: 1.5 with one decimal is 15.
    Column("decimals", SmallInteger, nullable=False),
    Column("allow_negative", Boolean, nullable=False),
    Column("is_active", Boolean, nullable=False),
    # Since when amounts are written in it: from then on its decimals stay, and so does it.
    Column("counted_at", DateTime(timezone=True)),
    # At how much left, or less, it is told that little is left; in the smallest part.
    Column("low_balance", BigInteger),
    # How many days before its end it is told of what a client would lose.
    Column("expiring_soon_days", SmallInteger, nullable=False),
    Index("ix_credit_types_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditType(Row):
    """A kind of balance: sessions, minutes, points."""

    name: dict[str, str]
    unit: dict[str, str]
    description: dict[str, str] | None
    decimals: int
    allow_negative: bool
    is_active: bool
    counted_at: datetime | None
    low_balance: int | None
    expiring_soon_days: int
