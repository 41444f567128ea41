"""The tags a company uses."""

from dataclasses import dataclass

from sqlalchemy import Column, Text, UniqueConstraint

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA

tags = tenant_table(
    "tags", METADATA,
    Column("name", Text, nullable=False),
    # The folded name: two spellings are one tag.
    Column("key", Text, nullable=False),
    Column("color", Text, nullable=False),
    UniqueConstraint("tenant_id", "key", name="uq_tags__name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag(Row):
    """A tag; clients hold its name."""

    name: str
    key: str
    color: str
