"""Statuses of a company's own for its estimates."""

from dataclasses import dataclass

from sqlalchemy import Column, Integer, Text
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

estimate_statuses = tenant_table(
    "estimate_statuses", METADATA,
    Column("name", JSONB, nullable=False),
    Column("color", Text, nullable=False),
    Column("order", Integer, nullable=False),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateStatus(Row):
    """Where an estimate is in the company's own way of working."""

    name: dict[str, str]
    color: str
    order: int
