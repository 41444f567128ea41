"""Files about clients, their versions, and the links that were given out to them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

files = tenant_table(
    "files", METADATA,
    Column("client_id", Uuid, nullable=False),
    # The principal that added it: user:<id>, key:<id> or flow:<id>.
    Column("author", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("description", Text),
    Column("tags", ARRAY(Text), nullable=False),
    Column("expires_on", Date),
    # What was told of its expiry: 1 that it comes, 2 that it has come.
    Column("expiry_told", Integer, nullable=False),
    Column("is_archived", Boolean, nullable=False),
    # Of the version that is shown, so that a list needs no other table.
    Column("number", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("object_id", Uuid, nullable=False),
    ForeignKeyConstraint(["tenant_id", "client_id"], ["clients.tenant_id", "clients.id"]),
    Index("ix_files_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_files_created", "tenant_id", "created_at", "id"),
    Index("ix_files_expires", "tenant_id", "expires_on",
          postgresql_where=text("expires_on IS NOT NULL")),
    Index("ix_files_due", "expires_on",
          postgresql_where=text("expires_on IS NOT NULL AND expiry_told < 2 AND NOT is_archived")),
)  # fmt: skip

file_versions = tenant_table(
    "file_versions", METADATA,
    Column("file_id", Uuid, nullable=False),
    Column("number", Integer, nullable=False),
    Column("author", Text, nullable=False),
    # Not in the audit, which does not know whom a version is about.
    Column("name", Text, nullable=False, info={"sensitive": True}),
    Column("type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", Text, nullable=False),
    # What the stored bytes are found by; never used for other bytes.
    Column("object_id", Uuid, nullable=False),
    UniqueConstraint("tenant_id", "file_id", "number", name="uq_file_versions__number"),
    UniqueConstraint("tenant_id", "object_id", name="uq_file_versions__object_id"),
    ForeignKeyConstraint(
        ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], ondelete="CASCADE"
    ),
)  # fmt: skip

file_shares = tenant_table(
    "file_shares", METADATA,
    Column("file_id", Uuid, nullable=False),
    Column("author", Text, nullable=False),
    Column("token_hash", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("password_hash", LargeBinary, info={"sensitive": True}),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("max_downloads", Integer),
    Column("downloads", Integer, nullable=False),
    Column("guesses", Integer, nullable=False),
    UniqueConstraint("token_hash", name="uq_file_shares__token_hash"),
    ForeignKeyConstraint(
        ["tenant_id", "file_id"], ["files.tenant_id", "files.id"], ondelete="CASCADE"
    ),
    Index("ix_file_shares_file", "tenant_id", "file_id", "created_at", "id"),
    Index("ix_file_shares_author", "tenant_id", "author"),
)  # fmt: skip

# One row for each company: its lock is where two uploads that would fill the quota meet.
file_usage = Table(
    "file_usage", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("bytes", BigInteger, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class File(Row):
    """A file about a client, as of its newest version."""

    client_id: UUID
    author: str
    name: str
    kind: str
    description: str | None
    tags: list[str]
    expires_on: date | None
    expiry_told: int
    is_archived: bool
    number: int
    type: str
    size: int
    sha256: str
    object_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileVersion(Row):
    """What a file was at some time."""

    file_id: UUID
    number: int
    author: str
    name: str
    type: str
    size: int
    sha256: str
    object_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FileShare(Row):
    """A link that leads strangers to a file."""

    file_id: UUID
    author: str
    token_hash: bytes
    password_hash: bytes | None
    expires_at: datetime
    max_downloads: int | None
    downloads: int
    guesses: int
