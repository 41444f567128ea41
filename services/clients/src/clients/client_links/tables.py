"""Links between clients."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, Index, Text, UniqueConstraint, Uuid, text

from chassis.tables import Row, tenant_table
from clients.client_links.rules import Kind
from clients.metadata import METADATA

client_links = tenant_table(
    "client_links", METADATA,
    Column("from_client_id", Uuid, nullable=False),
    Column("to_client_id", Uuid, nullable=False),
    # What `to` is to `from`.
    Column("kind", Text, nullable=False),
    # Not in the audit, which names one client at most.
    Column("title", Text, info={"sensitive": True}),
    ForeignKeyConstraint(["tenant_id", "from_client_id"], ["clients.tenant_id", "clients.id"]),
    ForeignKeyConstraint(["tenant_id", "to_client_id"], ["clients.tenant_id", "clients.id"]),
    UniqueConstraint(
        "tenant_id", "from_client_id", "to_client_id", "kind", name="uq_client_links__link"
    ),
    Index("ix_client_links_to", "tenant_id", "to_client_id"),
    Index("ix_client_links_created", "tenant_id", "created_at", "id"),
    # What a branch owes is summed up at one place.
    Index("uq_client_links__head_office", "tenant_id", "to_client_id", unique=True,
          postgresql_where=text("kind = 'branch'")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientLink(Row):
    """A link from one client to another."""

    from_client_id: UUID
    to_client_id: UUID
    kind: Kind
    title: str | None
