"""Sensitive values of clients: sealed, and apart from the rows that lists read."""

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, Table, Text, Uuid

from clients.metadata import METADATA

_HIDDEN: Final = {"sensitive": True}

client_secrets: Final = Table(
    "client_secrets", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False, info=_HIDDEN),
    # A keyed hash: what finds a whole value, and only by who has the key.
    Column("fingerprint", LargeBinary, nullable=False, info=_HIDDEN),
    Index("ix_client_secrets_fingerprint", "tenant_id", "name", "fingerprint", "client_id"),
)  # fmt: skip
