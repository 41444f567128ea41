"""Memberships: the facts that a right for a time follows from, and what was worked out of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

memberships = tenant_table(
    "memberships", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("package_id", Uuid, nullable=False),
    # What it is renewed by (packages.rules.terms).
    Column("terms", JSONB, nullable=False),
    # What its next period is sold by, where that is another package; then it is its package.
    Column("next_package_id", Uuid),
    Column("next_terms", JSONB),
    Column("start_date", Date, nullable=False),
    Column("auto_renew", Boolean, nullable=False),
    Column("discount", JSONB),
    Column("note", Text),
    # Asked to end with what is paid: `cancelled_on` then follows the renewal date.
    Column("cancels_at_end", Boolean, nullable=False),
    # The first day it is no more.
    Column("cancelled_on", Date),
    Column("cancel_reason", Text),
    # Worked out of the facts whenever one changes (use_cases.facts.recompute): the first day
    # covered, and the first one after all that is paid; none while an open suspension runs.
    Column("covered_from", Date),
    Column("renewal_date", Date),
    # What others last heard of its status, and the day by which time alone may have changed it.
    Column("told_status", Text, nullable=False),
    # When it was told, once, that it has begun.
    Column("started_on", Date),
    Column("look_on", Date),
    # The renewal date of which it was told last that it comes.
    Column("expiring_told_for", Date),
    Column("external_id", Text),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "package_id"], ["packages.tenant_id", "packages.id"],
        name="fk_memberships_package",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "next_package_id"], ["packages.tenant_id", "packages.id"],
        name="fk_memberships_next_package",
    ),
    Index("ix_memberships_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_memberships_created", "tenant_id", "created_at", "id"),
    Index("ix_memberships_updated", "tenant_id", "updated_at", "id"),
    Index("ix_memberships_package", "tenant_id", "package_id"),
    Index("ix_memberships_renewal", "tenant_id", "renewal_date", "id",
          postgresql_where=text("renewal_date IS NOT NULL")),
    Index("ix_memberships_look", "tenant_id", "look_on", "id",
          postgresql_where=text("look_on IS NOT NULL")),
    Index("uq_memberships__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip

membership_periods = tenant_table(
    "membership_periods", METADATA,
    Column("membership_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    # From 1 on.
    Column("number", Integer, nullable=False),
    Column("terms", JSONB, nullable=False),
    # What it sold, which stays as long as it does.
    Column("package_id", Uuid, Computed("(terms ->> 'package_id')::uuid", persisted=True)),
    # The day it was asked for: `start_date` for the first; and the tolerance there was that day.
    Column("asked_on", Date, nullable=False),
    Column("tolerance_days", Integer, nullable=False),
    # The day from which it replaces what is left of the one before; none: it follows that.
    Column("changes_on", Date),
    # The one that this is: it counts only as long as that one does, whose days pay for it.
    Column("replaces_id", Uuid),
    # What all of it costs, without the joining fee; and what of that its own invoice asks for,
    # less what was credited of it: days that were left of another one pay the rest.
    Column("price_minor", BigInteger),
    Column("billed_minor", BigInteger),
    # By which of its names the credit that goes with it was charged; none: it was not.
    Column("charges", Integer),
    # What is wanted of billing: `pending`, `invoiced`, `refused` or `withdrawn`.
    Column("state", Text, nullable=False),
    Column("invoice_id", Uuid),
    Column("problem", JSONB),
    # When its own invoice was paid, or what it gave back was credited; none: it is not.
    Column("paid_at", DateTime(timezone=True)),
    # Since when it counts: it is paid, and what it replaces counts; none: it does not.
    Column("granted_at", DateTime(timezone=True)),
    # Worked out: its first day, and the first after it; none until it is granted, and as long as
    # an open suspension makes them unknown.
    Column("starts_on", Date),
    Column("ends_on", Date),
    ForeignKeyConstraint(
        ["tenant_id", "membership_id"], ["memberships.tenant_id", "memberships.id"],
        name="fk_membership_periods_membership",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "package_id"], ["packages.tenant_id", "packages.id"],
        name="fk_membership_periods_package",
    ),
    Index("uq_membership_periods__number", "tenant_id", "membership_id", "number", unique=True),
    Index("ix_membership_periods_package", "tenant_id", "package_id"),
    Index("ix_membership_periods_client", "tenant_id", "client_id"),
    Index("ix_membership_periods_invoice", "tenant_id", "invoice_id",
          postgresql_where=text("invoice_id IS NOT NULL")),
    Index("ix_membership_periods_pending", "tenant_id", "id",
          postgresql_where=text("state = 'pending'")),
    Index("ix_membership_periods_refused", "tenant_id", "updated_at",
          postgresql_where=text("state = 'refused'")),
)  # fmt: skip

membership_freezes = tenant_table(
    "membership_freezes", METADATA,
    Column("membership_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    # `freeze` or `suspension`.
    Column("kind", Text, nullable=False),
    Column("from_day", Date, nullable=False),
    # The last day, frozen too; none: nobody knows yet.
    Column("to_day", Date),
    # Whether its days are added to what is paid.
    Column("extends", Boolean, nullable=False),
    Column("reason", Text),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "membership_id"], ["memberships.tenant_id", "memberships.id"],
        name="fk_membership_freezes_membership",
    ),
    Index("ix_membership_freezes_membership", "tenant_id", "membership_id", "from_day"),
    Index("ix_membership_freezes_client", "tenant_id", "client_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership(Row):
    """A client's right for a time."""

    client_id: UUID
    package_id: UUID
    terms: dict[str, Any]
    next_package_id: UUID | None
    next_terms: dict[str, Any] | None
    start_date: date
    auto_renew: bool
    discount: dict[str, Any] | None
    note: str | None
    cancels_at_end: bool
    cancelled_on: date | None
    cancel_reason: str | None
    covered_from: date | None
    renewal_date: date | None
    told_status: str
    started_on: date | None
    look_on: date | None
    expiring_told_for: date | None
    external_id: str | None
    created_by: str
    digest: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipPeriod(Row):
    """Something that was asked for, and covers days once it is paid."""

    membership_id: UUID
    client_id: UUID
    number: int
    terms: dict[str, Any]
    asked_on: date
    tolerance_days: int
    changes_on: date | None
    replaces_id: UUID | None
    price_minor: int | None
    billed_minor: int | None
    charges: int | None
    state: str
    invoice_id: UUID | None
    problem: dict[str, Any] | None
    paid_at: datetime | None
    granted_at: datetime | None
    starts_on: date | None
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipFreeze(Row):
    """Days on which it rests."""

    membership_id: UUID
    client_id: UUID
    kind: str
    from_day: date
    to_day: date | None
    extends: bool
    reason: str | None
    created_by: str
