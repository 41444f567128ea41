"""How much has happened to each client, and how much of it each user has seen."""

from typing import Final

from sqlalchemy import BigInteger, Column, Table, Text, Uuid

from clients.metadata import METADATA

# Beside the client, not in it, so that news of any service touch neither its row nor its indexes.
# One row for each permission that reads such news: nobody's count tells of what they may not read.
client_news: Final = Table(
    "client_news", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("permission", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)  # fmt: skip

# What a user did themselves is seen as it happens; the rest when they open the client.
client_seen: Final = Table(
    "client_seen", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("user_id", Uuid, primary_key=True),
    Column("permission", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
)  # fmt: skip
