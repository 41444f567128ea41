"""Folders, and the list of statuses of each."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

folders = tenant_table(
    "folders", METADATA,
    Column("name", JSONB, nullable=False),
    Column("parent_id", Uuid),
    Column("order", Integer, nullable=False),
    # Null: those of the nearest folder above that has a list, else all.
    Column("visible_fields", ARRAY(Text)),
    ForeignKeyConstraint(["tenant_id", "parent_id"], ["folders.tenant_id", "folders.id"]),
)  # fmt: skip

statuses = tenant_table(
    "statuses", METADATA,
    Column("folder_id", Uuid, nullable=False),
    Column("name", JSONB, nullable=False),
    Column("color", Text, nullable=False),
    Column("order", Integer, nullable=False),
    Column("is_default", Boolean, nullable=False),
    Column("is_closed", Boolean, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "folder_id"], ["folders.tenant_id", "folders.id"], ondelete="CASCADE"
    ),
    # Clients refer to both columns, so that no client has a status of another folder.
    UniqueConstraint("tenant_id", "folder_id", "id", name="uq_statuses__folder_status"),
    Index(
        "uq_statuses__default", "tenant_id", "folder_id", unique=True,
        postgresql_where=text("is_default"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder(Row):
    """A folder."""

    name: dict[str, str]
    parent_id: UUID | None
    order: int
    visible_fields: list[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Row):
    """A status of a folder."""

    folder_id: UUID
    name: dict[str, str]
    color: str
    order: int
    is_default: bool
    is_closed: bool
