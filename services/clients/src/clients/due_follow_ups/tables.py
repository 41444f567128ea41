"""Follow-ups that a status or a field calls for, until they are due or it is gone."""

from typing import Final

from sqlalchemy import Column, DateTime, ForeignKeyConstraint, Table, Text, Uuid

from clients.metadata import METADATA

# One row for each of a client's two follow-up statuses and its fields: the last choice counts.
due_follow_ups: Final = Table(
    "due_follow_ups", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("due_at", DateTime(timezone=True), nullable=False),
    # By whom a merged client's is done with, as long as that one answers for it.
    Column("answered_by", Uuid),
    ForeignKeyConstraint(
        ["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"], ondelete="CASCADE"
    ),
)  # fmt: skip
