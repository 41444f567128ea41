"""Logos: which stored picture each company's is."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Column, Integer, Uuid

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

# One row of a company, under its own id; none until it has a logo.
logos = tenant_table(
    "logos", METADATA,
    Column("object_id", Uuid, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", Integer, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Logo(Row):
    """A picture of so many pixels and bytes."""

    object_id: UUID
    width: int
    height: int
    size: int
