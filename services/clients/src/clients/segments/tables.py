"""Saved segments of clients."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Column, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

segments = tenant_table(
    "segments", METADATA,
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False),
    # The parameters of the list of clients, as they were asked for.
    Column("filter", JSONB, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("author", Text, nullable=False),
    UniqueConstraint("tenant_id", "author", "key", name="uq_segments__name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment(Row):
    """A saved segment."""

    name: str
    key: str
    filter: dict[str, Any]
    shared: bool
    author: str
