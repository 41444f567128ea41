"""What clients share, and the pairs that are probably one client."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

# Who else has a key is one look-up: no two clients are ever compared that share none.
match_keys: Final = Table(
    "match_keys", METADATA,
    # By key first: an index that began with the tenant would seem to do for a client's keys too.
    Column("key", LargeBinary, primary_key=True),
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("reason", Text, nullable=False),
    Index("ix_match_keys_client", "tenant_id", "client_id"),
)  # fmt: skip

duplicates = tenant_table(
    "duplicates", METADATA,
    Column("first_client_id", Uuid, nullable=False),
    Column("second_client_id", Uuid, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("is_dismissed", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "first_client_id"], ["clients.tenant_id", "clients.id"],
        name="fk_duplicates_first",
    ),
    ForeignKeyConstraint(
        ["tenant_id", "second_client_id"], ["clients.tenant_id", "clients.id"],
        name="fk_duplicates_second",
    ),
    UniqueConstraint(
        "tenant_id", "first_client_id", "second_client_id", name="uq_duplicates__pair"
    ),
    Index("ix_duplicates_second", "tenant_id", "second_client_id"),
    Index("ix_duplicates_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate(Row):
    """Two clients that are probably one, the older one first; or that somebody says are not."""

    first_client_id: UUID
    second_client_id: UUID
    reasons: list[str]
    is_dismissed: bool
