"""Insurers, the policies of clients, and what was claimed on them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

insurance_providers = tenant_table(
    "insurance_providers", METADATA,
    Column("name", JSONB, nullable=False),
    Column("code", Text),
    Column("contacts", JSONB, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    Index("uq_insurance_providers__code", "tenant_id", "code", unique=True,
          postgresql_where=text("code IS NOT NULL")),
    Index("ix_insurance_providers_updated", "tenant_id", "updated_at", "id"),
)  # fmt: skip

insurance_policies = tenant_table(
    "insurance_policies", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("provider_id", Uuid, nullable=False),
    Column("number", Text, nullable=False),
    # The network or class that the insurer gives: VIP, A, B …
    Column("policy_class", Text),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date),
    # Null: the client's own.
    Column("holder_id", Uuid),
    # As they are written: 80, 12.5.
    Column("coverage_percent", Text),
    Column("co_pay_percent", Text),
    Column("currency", Text, nullable=False),
    Column("co_pay_limit_minor", BigInteger),
    Column("annual_limit_minor", BigInteger),
    Column("note", Text),
    # Files of the same client; one that was removed since is no longer shown.
    Column("file_ids", ARRAY(Uuid), nullable=False),
    ForeignKeyConstraint(["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"]),
    ForeignKeyConstraint(
        ["tenant_id", "holder_id"], ["clients.tenant_id", "clients.id"],
        name="fk_insurance_policies_holder",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "provider_id"], ["insurance_providers.tenant_id", "insurance_providers.id"],
        name="fk_insurance_policies_provider",
    ),
    Index("ix_insurance_policies_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_insurance_policies_created", "tenant_id", "created_at", "id"),
    Index("ix_insurance_policies_provider", "tenant_id", "provider_id"),
    Index("ix_insurance_policies_holder", "tenant_id", "holder_id",
          postgresql_where=text("holder_id IS NOT NULL")),
)  # fmt: skip

insurance_claims = tenant_table(
    "insurance_claims", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("policy_id", Uuid, nullable=False),
    Column("state", Text, nullable=False),
    Column("claimed_on", Date, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("approved_minor", BigInteger),
    Column("reason", Text),
    # What the insurer calls it.
    Column("reference", Text),
    Column("note", Text),
    # Of billing, which this service does not ask.
    Column("invoice_id", Uuid),
    Column("file_ids", ARRAY(Uuid), nullable=False),
    Column("submitted_at", DateTime(timezone=True)),
    Column("decided_at", DateTime(timezone=True)),
    Column("decided_by", Text),
    Column("paid_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"]),
    ForeignKeyConstraint(
        ["tenant_id", "policy_id"], ["insurance_policies.tenant_id", "insurance_policies.id"],
        name="fk_insurance_claims_policy",
    ),
    Index("ix_insurance_claims_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_insurance_claims_created", "tenant_id", "created_at", "id"),
    Index("ix_insurance_claims_policy", "tenant_id", "policy_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Row):
    """An insurer."""

    name: dict[str, Any]
    code: str | None
    contacts: list[dict[str, Any]]
    is_archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy(Row):
    """What a client is insured by."""

    client_id: UUID
    provider_id: UUID
    number: str
    policy_class: str | None
    starts_on: date
    ends_on: date | None
    holder_id: UUID | None
    coverage_percent: str | None
    co_pay_percent: str | None
    currency: str
    co_pay_limit_minor: int | None
    annual_limit_minor: int | None
    note: str | None
    file_ids: list[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim(Row):
    """What an insurer is to pay."""

    client_id: UUID
    policy_id: UUID
    state: str
    claimed_on: date
    currency: str
    amount_minor: int
    approved_minor: int | None
    reason: str | None
    reference: str | None
    note: str | None
    invoice_id: UUID | None
    file_ids: list[UUID]
    submitted_at: datetime | None
    decided_at: datetime | None
    decided_by: str | None
    paid_at: datetime | None
