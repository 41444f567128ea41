"""What happened to clients: a projection of every service's events."""

from typing import Final

from sqlalchemy import Column, DateTime, Index, MetaData, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from clients.metadata import METADATA


def _entries(name: str, service: MetaData) -> Table:
    # In the key's order an entry is found again (its time never changes) and a page is read.
    return Table(
        name, service,
        Column("tenant_id", Uuid, primary_key=True),
        Column("client_id", Uuid, primary_key=True),
        Column("at", DateTime(timezone=True), primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("event", Text, nullable=False),
        Column("actor", Text, nullable=False),
        Column("summary", JSONB, nullable=False),
        Column("source", JSONB, nullable=False),
        Column("data", JSONB, nullable=False),
        Column("permission", Text, nullable=False),
    )  # fmt: skip


timeline: Final = _entries("timeline", METADATA)
# Filled and emptied again by `rebuild-timeline`, to be compared with the live one.
timeline_rebuilt: Final = _entries("timeline_rebuilt", METADATA)

client_activity: Final = Table(
    "client_activity", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("last_activity_at", DateTime(timezone=True), nullable=False),
    Column("last_contact_at", DateTime(timezone=True)),
    # Of standings: what is left to pay by currency, the newest invoice's, and the next visits.
    Column("balances", JSONB),
    Column("balance_currency", Text),
    Column("appointments", ARRAY(DateTime(timezone=True))),
    Index("ix_client_activity_at", "tenant_id", "last_activity_at"),
    Index("ix_client_activity_contact", "tenant_id", "last_contact_at",
          postgresql_where=text("last_contact_at IS NOT NULL")),
)  # fmt: skip
