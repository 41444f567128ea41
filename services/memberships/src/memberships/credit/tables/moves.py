"""What was done with credit: uses, holds, transfers, adjustments, sharing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Text,
    Uuid,
    text,
)

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

credit_usages = tenant_table(
    "credit_usages", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("occurred_at", DateTime(timezone=True), nullable=False),
    Column("note", Text, info={"sensitive": True}),
    Column("source", Text, nullable=False),
    Column("cause", Text),
    # What was held for it.
    Column("hold_id", Uuid),
    Column("reversed_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    Index("ix_credit_usages_client", "tenant_id", "client_id", "occurred_at", "id"),
    Index("ix_credit_usages_occurred", "tenant_id", "occurred_at", "id"),
    Index("uq_credit_usages__cause", "tenant_id", "cause", unique=True,
          postgresql_where=text("cause IS NOT NULL")),
    Index("uq_credit_usages__hold", "tenant_id", "hold_id", unique=True,
          postgresql_where=text("hold_id IS NOT NULL")),
)  # fmt: skip

credit_holds = tenant_table(
    "credit_holds", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("status", Text, nullable=False),
    Column("note", Text, info={"sensitive": True}),
    Column("source", Text, nullable=False),
    Column("cause", Text),
    Column("created_by", Text, nullable=False),
    Index("ix_credit_holds_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_credit_holds_created", "tenant_id", "created_at", "id"),
    Index("uq_credit_holds__cause", "tenant_id", "cause", unique=True,
          postgresql_where=text("cause IS NOT NULL")),
)  # fmt: skip

credit_transfers = tenant_table(
    "credit_transfers", METADATA,
    # The one it is taken from.
    Column("client_id", Uuid, nullable=False),
    Column("to_client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("note", Text, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    Index("ix_credit_transfers_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_credit_transfers_to", "tenant_id", "to_client_id", "created_at", "id"),
    Index("ix_credit_transfers_created", "tenant_id", "created_at", "id"),
)  # fmt: skip

credit_adjustments = tenant_table(
    "credit_adjustments", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("credit_type_id", Uuid, nullable=False),
    # Below zero where it takes.
    Column("amount", BigInteger, nullable=False),
    Column("reason", Text, nullable=False, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    Index("ix_credit_adjustments_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_credit_adjustments_created", "tenant_id", "created_at", "id"),
)  # fmt: skip

# A linked client uses what another one has, once their own is used up.
credit_shares = tenant_table(
    "credit_shares", METADATA,
    # Whose credit it is.
    Column("client_id", Uuid, nullable=False),
    Column("with_client_id", Uuid, nullable=False),
    # None: of every type.
    Column("credit_type_id", Uuid),
    # The link that allows it: it ends with that.
    Column("link_id", Uuid, nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("created_by", Text, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "credit_type_id"], ["credit_types.tenant_id", "credit_types.id"]
    ),
    Index("ix_credit_shares_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_credit_shares_with", "tenant_id", "with_client_id",
          postgresql_where=text("ended_at IS NULL")),
    Index("ix_credit_shares_link", "tenant_id", "link_id",
          postgresql_where=text("ended_at IS NULL")),
    Index("ix_credit_shares_created", "tenant_id", "created_at", "id"),
    Index("uq_credit_shares__one", "tenant_id", "client_id", "with_client_id", "credit_type_id",
          unique=True, postgresql_where=text("ended_at IS NULL"),
          postgresql_nulls_not_distinct=True),
)  # fmt: skip

# Links that are no more, by their ids: what was asked of clients before that stands on none.
credit_ended_links = tenant_table("credit_ended_links", METADATA)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Row):
    """Credit that was used."""

    client_id: UUID
    credit_type_id: UUID
    amount: int
    occurred_at: datetime
    note: str | None
    source: str
    cause: str | None
    hold_id: UUID | None
    reversed_at: datetime | None
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold(Row):
    """Credit that is kept for something."""

    client_id: UUID
    credit_type_id: UUID
    amount: int
    status: str
    note: str | None
    source: str
    cause: str | None
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Row):
    """Credit that one client gave to another."""

    client_id: UUID
    to_client_id: UUID
    credit_type_id: UUID
    amount: int
    note: str | None
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment(Row):
    """Credit that was put right by hand."""

    client_id: UUID
    credit_type_id: UUID
    amount: int
    reason: str
    created_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedLink(Row):
    """A link between clients that is no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Share(Row):
    """Credit of one client that another one may use."""

    client_id: UUID
    with_client_id: UUID
    credit_type_id: UUID | None
    link_id: UUID
    ended_at: datetime | None
    created_by: str
