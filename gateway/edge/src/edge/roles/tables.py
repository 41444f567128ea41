"""Roles of a company."""

from dataclasses import dataclass

from sqlalchemy import Column, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.caller import Visibility
from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

roles = tenant_table(
    "roles", METADATA,
    # owner, admin, manager, agent or viewer; empty for the company's own.
    Column("builtin", Text),
    Column("name", Text, nullable=False),
    Column("permissions", ARRAY(Text), nullable=False),
    Column("visibility", Text, nullable=False),
    UniqueConstraint("tenant_id", "name", name="uq_roles__name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Role(Row):
    """What its holders may do, and what they see."""

    builtin: str | None
    name: str
    permissions: list[str]
    visibility: Visibility
