"""Notes on clients."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Boolean, Column, ForeignKeyConstraint, Index, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

notes = tenant_table(
    "notes", METADATA,
    Column("client_id", Uuid, nullable=False),
    # The principal that wrote it: user:<id>, key:<id> or flow:<id>.
    Column("author", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("pinned", Boolean, nullable=False),
    Column("mentions", ARRAY(Uuid), nullable=False),
    # Files of the same client; one that was removed since is no longer shown.
    Column("file_ids", ARRAY(Uuid), nullable=False, server_default=text("'{}'")),
    ForeignKeyConstraint(["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"]),
    Index("ix_notes_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_notes_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Note(Row):
    """A note on a client."""

    client_id: UUID
    author: str
    body: str
    pinned: bool
    mentions: list[UUID]
    file_ids: list[UUID]
