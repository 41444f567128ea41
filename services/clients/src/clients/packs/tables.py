"""Which industry packs a company has, and what it has from each."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from clients.metadata import METADATA
from clients.packs.rules import Part

packs = tenant_table(
    "packs", METADATA,
    Column("name", Text, nullable=False),
    Column("is_installed", Boolean, nullable=False),
    # What stayed of an uninstalled pack stands here too: it is taken up again.
    Column("parts", JSONB, nullable=False),
    UniqueConstraint("tenant_id", "name", name="uq_packs__name"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class InstalledPack(Row):
    """A pack that the company has, or once had."""

    name: str
    is_installed: bool
    parts: list[Part]
