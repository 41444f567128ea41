"""Categories of clients."""

from dataclasses import dataclass

from sqlalchemy import Column, Text
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

categories = tenant_table(
    "categories", METADATA,
    Column("name", JSONB, nullable=False),
    Column("color", Text, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Category(Row):
    """A category."""

    name: dict[str, str]
    color: str
