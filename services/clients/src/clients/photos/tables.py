"""Photos of clients: which stored object each one's is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, UniqueConstraint, Uuid

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

client_photos = tenant_table(
    "client_photos", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("object_id", Uuid, nullable=False),
    UniqueConstraint("tenant_id", "client_id", name="uq_client_photos__client_id"),
    ForeignKeyConstraint(["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"]),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientPhoto(Row):
    """The photo of a client."""

    client_id: UUID
    object_id: UUID
