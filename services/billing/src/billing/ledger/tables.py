"""Entries of the ledger: written once, never changed, never removed."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from billing.metadata import METADATA

ledger_entries = Table(
    "ledger_entries", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("transaction_id", Uuid, nullable=False),
    Column("place", Integer, nullable=False),
    # What it follows from, by its name: nothing is posted twice.
    Column("cause", Text, nullable=False),
    Column("account", Text, nullable=False),
    # None: of a walk-in sale.
    Column("client_id", Uuid),
    Column("document_type", Text, nullable=False),
    Column("document_id", Uuid, nullable=False),
    Column("currency", Text, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("on_date", Date, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("created_by", Text, nullable=False),
    UniqueConstraint("tenant_id", "cause", "place", name="uq_ledger_entries__cause"),
    Index("ix_ledger_entries_at", "tenant_id", "at", "id"),
    Index("ix_ledger_entries_client", "tenant_id", "client_id", "at", "id"),
    Index("ix_ledger_entries_document", "tenant_id", "document_id", "at", "id"),
    Index("ix_ledger_entries_transaction", "tenant_id", "transaction_id"),
    info={"append_only": True},
)  # fmt: skip
