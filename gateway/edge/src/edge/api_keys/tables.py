"""API keys of a company."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, LargeBinary, Text, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

api_keys = tenant_table(
    "api_keys", METADATA,
    Column("name", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    # Empty: every folder.
    Column("folder_ids", ARRAY(Uuid), nullable=False),
    Column("prefix", Text, nullable=False),
    Column("secret_hash", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("created_by", Text, nullable=False),
    Column("revoked_at", DateTime(timezone=True)),
    UniqueConstraint("secret_hash", name="uq_api_keys__secret"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Row):
    """A program's way in; the row stays when the key is revoked, to tell whose traces are whose."""

    name: str
    permissions: list[str]
    folder_ids: list[UUID]
    prefix: str
    secret_hash: bytes
    created_by: str
    revoked_at: datetime | None
