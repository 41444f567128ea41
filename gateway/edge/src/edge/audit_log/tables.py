"""The audit log as the chassis writes it; its table is made with the plumbing, not from here."""

from typing import Final

from sqlalchemy import Column, DateTime, MetaData, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

audit_log: Final = Table(
    "audit_log", MetaData(),
    Column("tenant_id", Uuid, primary_key=True),
    Column("id", Uuid, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("actor", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("entity", Text, nullable=False),
    Column("entity_id", Uuid, nullable=False),
    Column("changes", JSONB, nullable=False),
    Column("request_id", Text),
    Column("trace_id", Text),
)  # fmt: skip
