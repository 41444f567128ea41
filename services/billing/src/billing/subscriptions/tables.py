"""Subscriptions: what is billed again and again, and how far that is."""

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
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from billing.documents.tables import Record
from billing.metadata import METADATA
from chassis.tables import tenant_table

subscriptions = tenant_table(
    "subscriptions", METADATA,
    Column("name", Text),
    Column("is_paused", Boolean, nullable=False),
    Column("client_id", Uuid, nullable=False),
    # Whom it is about, where that is another client than who pays.
    Column("for_client_id", Uuid),
    # Its rhythm, which stays once a period was billed.
    Column("unit", Text, nullable=False),
    Column("interval_count", Integer, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("anchor_day", Integer),
    Column("first_period", Text, nullable=False),
    Column("ends_on", Date),
    Column("occurrences", Integer),
    # How many were billed; which period is next, and when; no day: none any more.
    Column("billed", Integer, nullable=False),
    Column("next_place", Integer, nullable=False),
    Column("next_on", Date),
    # The first day it is not for any more.
    Column("cancelled_on", Date),
    # What its invoices are made of; what the next whole one comes to.
    Column("is_issued", Boolean, nullable=False),
    Column("due_days", Integer, nullable=False),
    Column("currency", Text, nullable=False),
    Column("lines", JSONB, nullable=False),
    Column("discount", JSONB),
    Column("shipping_minor", BigInteger, nullable=False),
    Column("tax_minor", BigInteger, nullable=False),
    Column("total_minor", BigInteger, nullable=False),
    Column("payment_terms", Text),
    Column("salesperson_id", Uuid),
    Column("notes", Text),
    Column("terms", Text),
    Column("branch_id", Uuid),
    Column("work_cycle_id", Uuid),
    Column("external_id", Text),
    # Why the last try to bill it failed: a problem's code and the field it names.
    Column("problem", JSONB),
    Column("created_by", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
        name="fk_subscriptions_branch",
    ),
    Index("ix_subscriptions_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_subscriptions_for_client", "tenant_id", "for_client_id", "created_at", "id",
          postgresql_where=text("for_client_id IS NOT NULL")),
    Index("ix_subscriptions_created", "tenant_id", "created_at", "id"),
    Index("ix_subscriptions_updated", "tenant_id", "updated_at", "id"),
    Index("ix_subscriptions_branch", "tenant_id", "branch_id",
          postgresql_where=text("branch_id IS NOT NULL")),
    Index("ix_subscriptions_due", "tenant_id", "next_on", "id",
          postgresql_where=text("next_on IS NOT NULL AND NOT is_paused")),
    Index("uq_subscriptions__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription(Record):
    """What a client is billed for again and again."""

    name: str | None
    is_paused: bool
    client_id: UUID
    for_client_id: UUID | None
    unit: str
    interval_count: int
    starts_on: date
    anchor_day: int | None
    first_period: str
    ends_on: date | None
    occurrences: int | None
    billed: int
    next_place: int
    next_on: date | None
    cancelled_on: date | None
    is_issued: bool
    due_days: int
    currency: str
    lines: list[dict[str, Any]]
    discount: dict[str, Any] | None
    shipping_minor: int
    tax_minor: int
    total_minor: int
    payment_terms: str | None
    salesperson_id: UUID | None
    notes: str | None
    terms: str | None
    branch_id: UUID | None
    work_cycle_id: UUID | None
    external_id: str | None
    problem: dict[str, Any] | None
