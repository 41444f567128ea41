"""Whose opening balances were heard of."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Index, Integer, Text, Uuid, text

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

# By the client's id.
opening_balances = tenant_table(
    "opening_balances", METADATA,
    # The client's version that said so.
    Column("heard", Integer, nullable=False),
    Column("balance", Text, nullable=False),
    Column("currency", Text, nullable=False),
    # Whom the client was merged into, who may have been merged in their turn; and the event that
    # told of it, or of its end. Without one it is who answered for the client as it was taken over.
    Column("merged_into", Uuid),
    Column("moved_by", Uuid),
    Index("ix_opening_balances_merged", "tenant_id", "merged_into",
          postgresql_where=text("merged_into IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningBalance(Row):
    """What a client's record says, as it is written in its currency."""

    heard: int
    balance: str
    currency: str
    merged_into: UUID | None
    moved_by: UUID | None
