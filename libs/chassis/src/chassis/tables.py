"""Tables of tenant data and the records read from them."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Uuid
from sqlalchemy.schema import SchemaItem

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s__%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What every record has; subclasses name their own columns, in any order."""

    tenant_id: UUID
    id: UUID
    version: int
    created_at: datetime
    updated_at: datetime


def metadata() -> MetaData:
    """The one MetaData of a service; its constraints get predictable names."""
    return MetaData(naming_convention=_NAMES)


def tenant_table(name: str, service: MetaData, *items: SchemaItem) -> Table:
    """A table of one tenant's resources; `make migration` adds it, `migrate` secures it."""
    return Table(
        name, service,
        Column("tenant_id", Uuid, primary_key=True),
        Column("id", Uuid, primary_key=True),
        Column("version", Integer, nullable=False),
        Column("created_at", DateTime(timezone=True), nullable=False),
        Column("updated_at", DateTime(timezone=True), nullable=False),
        *items,
    )  # fmt: skip


@cache
def written_columns(table: Table) -> tuple[Column[Any], ...]:
    """The columns a write names: those the database computes itself are left out."""
    return tuple(column for column in table.columns if column.computed is None)


def is_sensitive(column: Column[Any]) -> bool:
    """Marked by `info={"sensitive": True}`: kept out of audit rows and logs."""
    return bool(column.info.get("sensitive"))
