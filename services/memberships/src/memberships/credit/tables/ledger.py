"""What clients have of credit: accounts, lots, entries, and what was taken of which lot."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.credit.rules.rests import Rest
from memberships.metadata import METADATA

# One for each client and type: the row that is locked by whatever changes its lots, so that nothing
# goes below zero whatever races. Its figures are what its entries come to (`memberships verify`).
credit_accounts = tenant_table(
    "credit_accounts", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    Column("available", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    # What was used beyond what there was, above zero.
    Column("overdrawn", BigInteger, nullable=False),
    # Whether it was told that little is left.
    Column("is_low", Boolean, nullable=False),
    # How many entries it has, and the hash of the last one.
    Column("entry_count", BigInteger, nullable=False),
    Column("head", LargeBinary, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "credit_type_id"], ["credit_types.tenant_id", "credit_types.id"]
    ),
    UniqueConstraint(
        "tenant_id", "client_id", "credit_type_id", name="uq_credit_accounts__client"
    ),
    Index("ix_credit_accounts_type", "tenant_id", "credit_type_id"),
    CheckConstraint("available >= 0 AND held >= 0 AND overdrawn >= 0", name="above_zero"),
)  # fmt: skip

credit_lots = tenant_table(
    "credit_lots", METADATA,
    Column("account_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    # What it brought; of that what is left, and what is kept for something.
    Column("amount", BigInteger, nullable=False),
    Column("remaining", BigInteger, nullable=False),
    Column("held", BigInteger, nullable=False),
    Column("starts_on", Date, nullable=False),
    # The last day on which it can be used; None: never ends, or nobody knows yet when.
    Column("expires_on", Date),
    # How many days that are, without those of rest that are added; None: it never ends.
    Column("days", Integer),
    # The days on which it rests, as the membership does that it came with (rules.rests).
    Column("rests", JSONB, nullable=False, server_default=text("'[]'::jsonb")),
    Column("stopped_at", DateTime(timezone=True)),
    # Since when nothing of it is the client's any more, also not what comes back to it.
    Column("taken_back_at", DateTime(timezone=True)),
    Column("description", Text, info={"sensitive": True}),
    Column("source", Text, nullable=False),
    # What made it, by its name: once.
    Column("cause", Text),
    Column("package_id", Uuid),
    # The charge that it was given of by another client.
    Column("origin_lot_id", Uuid),
    # What another system called it, from which it was taken over.
    Column("external_id", Text),
    Column("is_expiring_told", Boolean, nullable=False),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "account_id"], ["credit_accounts.tenant_id", "credit_accounts.id"]
    ),
    Index("ix_credit_lots_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_credit_lots_created", "tenant_id", "created_at", "id"),
    Index("ix_credit_lots_account", "tenant_id", "account_id", "id",
          postgresql_where=text("remaining > 0 OR held > 0")),
    Index("ix_credit_lots_origin", "tenant_id", "origin_lot_id",
          postgresql_where=text("origin_lot_id IS NOT NULL")),
    Index("ix_credit_lots_expiring", "tenant_id", "expires_on",
          postgresql_where=text("remaining > 0 AND expires_on IS NOT NULL")),
    Index("uq_credit_lots__cause", "tenant_id", "cause", "credit_type_id", unique=True,
          postgresql_where=text("cause IS NOT NULL")),
    Index("uq_credit_lots__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL AND taken_back_at IS NULL")),
    CheckConstraint(
        "amount > 0 AND remaining >= 0 AND held >= 0 AND remaining + held <= amount",
        name="within",
    ),
)  # fmt: skip

credit_entries = Table(
    "credit_entries", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    # What it follows from, by its name: nothing is posted twice.
    Column("cause", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    Column("lot_id", Uuid),
    Column("amount", BigInteger, nullable=False),
    # Its number among those of its account, and its hash with that of the one before.
    Column("number", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("tenant_id", "cause", "place", name="uq_credit_entries__cause"),
    UniqueConstraint("tenant_id", "account_id", "number", name="uq_credit_entries__number"),
    Index("ix_credit_entries_at", "tenant_id", "at", "id"),
    Index("ix_credit_entries_client", "tenant_id", "client_id", "at", "id"),
    Index("ix_credit_entries_transaction", "tenant_id", "transaction_id"),
    Index("ix_credit_entries_lot", "tenant_id", "lot_id", "at", "id"),
    info={"append_only": True},
)  # fmt: skip

# What a use, a hold or an adjustment took of which lot; of none what is owed until a charge
# settles it.
credit_parts = tenant_table(
    "credit_parts", METADATA,
    # The use, the adjustment, or the hold until that is consumed; ids of one kind may be of another
    # too, as callers choose them.
    Column("owner_kind", Text, nullable=False),
    Column("owner_id", Uuid, nullable=False),
    Column("account_id", Uuid, nullable=False),
    Column("lot_id", Uuid),
    Column("amount", BigInteger, nullable=False),
    # Where it is now: held or used; released or reversed it is nowhere.
    Column("account", Text),
    Column("place", Integer, nullable=False),
    Index("ix_credit_parts_owner", "tenant_id", "owner_id", "place"),
    Index("ix_credit_parts_owed", "tenant_id", "account_id",
          postgresql_where=text("lot_id IS NULL AND account IS NOT NULL")),
    Index("ix_credit_parts_lot", "tenant_id", "lot_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Row):
    """What a client has of one credit type."""

    client_id: UUID
    credit_type_id: UUID
    available: int
    held: int
    overdrawn: int
    is_low: bool
    entry_count: int
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lot(Row):
    """What one charge brought, and what is left of it."""

    account_id: UUID
    client_id: UUID
    credit_type_id: UUID
    amount: int
    remaining: int
    held: int
    starts_on: date
    expires_on: date | None
    days: int | None
    rests: Sequence[Rest]
    stopped_at: datetime | None
    taken_back_at: datetime | None
    description: str | None
    source: str
    cause: str | None
    package_id: UUID | None
    origin_lot_id: UUID | None = None
    external_id: str | None = None
    is_expiring_told: bool
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartRow(Row):
    """What a use, a hold or an adjustment took of a lot."""

    owner_kind: str
    owner_id: UUID
    account_id: UUID
    lot_id: UUID | None
    amount: int
    account: str | None
    place: int
