"""Loyalty: which money brings points, what invoices brought, and what points were redeemed for."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

loyalty_rules = tenant_table(
    "loyalty_rules", METADATA,
    Column("name", Text, nullable=False),
    # Of clients, which keeps them; none: the rule is for all.
    Column("category_id", Uuid),
    Column("priority", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_per_point_minor", BigInteger, nullable=False),
    Column("minimum_spend_minor", BigInteger, nullable=False),
    # How long points live; none: for ever.
    Column("expiry_unit", Text),
    Column("expiry_count", Integer),
    Column("is_active", Boolean, nullable=False),
    Index("ix_loyalty_rules_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

# One for each invoice that was heard of: what it brings now, and by which terms.
loyalty_earnings = tenant_table(
    "loyalty_earnings", METADATA,
    Column("invoice_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    # The invoice's, as last heard: an older event changes nothing.
    Column("invoice_version", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("spent_minor", BigInteger, nullable=False),
    # The rule's terms as they were when it was first paid; none: nothing was ever earned.
    Column("loyalty_rule_id", Uuid),
    Column("credit_type_id", Uuid),
    Column("amount_per_point_minor", BigInteger),
    Column("is_in_parts", Boolean, nullable=False),
    Column("expiry_unit", Text),
    Column("expiry_count", Integer),
    # In the smallest part of the credit type: what it brings now, and what was to be taken back
    # and was used already, which the next points make good.
    Column("points", BigInteger, nullable=False),
    Column("owed", BigInteger, nullable=False),
    Column("earned_on", Date),
    # Of what it charged, oldest first.
    Column("causes", ARRAY(Text), nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "credit_type_id"], ["credit_types.tenant_id", "credit_types.id"],
        name="fk_loyalty_earnings_credit_type",
    ),
    Index("uq_loyalty_earnings__invoice", "tenant_id", "invoice_id", unique=True),
    Index("ix_loyalty_earnings_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_loyalty_earnings_owed", "tenant_id", "client_id", "credit_type_id", "id",
          postgresql_where=text("owed > 0")),
)  # fmt: skip

_WAITING = text("status IN ('pending', 'cancelling')")
_LIVE = text("status IN ('pending', 'applied', 'cancelling')")
loyalty_redemptions = tenant_table(
    "loyalty_redemptions", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("invoice_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    # In the smallest part of the credit type.
    Column("points", BigInteger, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    # What keeps the points until billing has answered, and what used them then.
    Column("hold_id", Uuid, nullable=False),
    Column("usage_id", Uuid),
    # Why it was refused, or not taken off the invoice.
    Column("problem", JSONB),
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "credit_type_id"], ["credit_types.tenant_id", "credit_types.id"],
        name="fk_loyalty_redemptions_credit_type",
    ),
    Index("uq_loyalty_redemptions__live", "tenant_id", "invoice_id", unique=True,
          postgresql_where=_LIVE),
    # Across companies, as who asks again looks.
    Index("ix_loyalty_redemptions_waiting", "updated_at", "tenant_id", postgresql_where=_WAITING),
    Index("ix_loyalty_redemptions_invoice", "tenant_id", "invoice_id"),
    Index("ix_loyalty_redemptions_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_loyalty_redemptions_created", "tenant_id", "created_at", "id"),
    Index("ix_loyalty_redemptions_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class LoyaltyRule(Row):
    """Which money brings points."""

    name: str
    category_id: UUID | None
    priority: int
    currency: str
    amount_per_point_minor: int
    minimum_spend_minor: int
    expiry_unit: str | None
    expiry_count: int | None
    is_active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Earning(Row):
    """What an invoice brought."""

    invoice_id: UUID
    client_id: UUID
    invoice_version: int
    currency: str
    spent_minor: int
    loyalty_rule_id: UUID | None
    credit_type_id: UUID | None
    amount_per_point_minor: int | None
    is_in_parts: bool
    expiry_unit: str | None
    expiry_count: int | None
    points: int
    owed: int
    earned_on: date | None
    causes: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Redemption(Row):
    """Points that an invoice is discounted by; the digest is of the request."""

    client_id: UUID
    invoice_id: UUID
    credit_type_id: UUID
    points: int
    currency: str
    amount_minor: int
    status: str
    hold_id: UUID
    usage_id: UUID | None
    problem: dict[str, Any] | None
    digest: bytes
    created_by: str
