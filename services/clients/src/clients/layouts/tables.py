"""Layouts of the client's profile: the company's own, and those of folders."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ForeignKeyConstraint, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

layouts = tenant_table(
    "layouts", METADATA,
    # Null: for every folder without one of its own.
    Column("folder_id", Uuid),
    Column("groups", JSONB, nullable=False),
    Column("sections", JSONB, nullable=False),
    ForeignKeyConstraint(
        ["tenant_id", "folder_id"], ["folders.tenant_id", "folders.id"], ondelete="CASCADE"
    ),
    UniqueConstraint(
        "tenant_id", "folder_id", name="uq_layouts__folder", postgresql_nulls_not_distinct=True
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout(Row):
    """A layout."""

    folder_id: UUID | None
    groups: list[dict[str, Any]]
    sections: list[dict[str, Any]]
