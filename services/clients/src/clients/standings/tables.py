"""What later services told of their own: invoices, appointments, memberships and credits."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import CHAR

from clients.metadata import METADATA

# As of its newest version, whatever came late. What counts of it is summed up beside the client.
standings: Final = Table(
    "standings", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("client_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("is_live", Boolean, nullable=False),
    Column("amount_minor", BigInteger),
    Column("currency", CHAR(3)),
    Column("starts_at", DateTime(timezone=True)),
    Column("ends_on", Date),
    Column("package_id", Uuid),
    Index("ix_standings_client", "tenant_id", "client_id", "kind", "starts_at",
          postgresql_where=text("is_live")),
    Index("ix_standings_package", "tenant_id", "package_id", "client_id",
          postgresql_where=text("is_live AND package_id IS NOT NULL")),
)  # fmt: skip
