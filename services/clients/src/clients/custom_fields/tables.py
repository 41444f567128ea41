"""Custom fields, and beside the clients what their values are found by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from chassis.tables import Row, tenant_table
from clients.custom_fields.rules.definitions import Type
from clients.metadata import METADATA
from clients.secrets.rules.formats import Format


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


custom_fields = tenant_table(
    "custom_fields", METADATA,
    Column("key", Text, nullable=False),
    Column("label", JSONB, nullable=False),
    Column("type", Text, nullable=False),
    _flag("required"), _flag("unique"), _flag("searchable"), _flag("sensitive"),
    Column("format", Text),
    Column("options", JSONB, nullable=False),
    Column("folder_ids", ARRAY(Uuid), nullable=False),
    Column("group", Text),
    Column("order", Integer, nullable=False),
    Column("default", JSONB),
    Column("currency", Text),
    _flag("is_archived"),
    UniqueConstraint("tenant_id", "key", name="uq_custom_fields__key"),
)  # fmt: skip

# Ranges need an order, which the index over the values' JSON does not have.
client_positions: Final = Table(
    "client_positions", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("client_id", Uuid, primary_key=True),
    Column("field_id", Uuid, primary_key=True),
    Column("position", BigInteger, nullable=False),
    Index("ix_client_positions_range", "tenant_id", "field_id", "position", "client_id"),
)  # fmt: skip

# One row per value of a unique field: two racing writes meet in its key.
client_unique_values: Final = Table(
    "client_unique_values", METADATA,
    Column("tenant_id", Uuid, primary_key=True),
    Column("field_id", Uuid, primary_key=True),
    Column("value_key", LargeBinary, primary_key=True),
    Column("client_id", Uuid, nullable=False),
    Index("ix_client_unique_values_client", "tenant_id", "client_id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField(Row):
    """A custom field."""

    key: str
    label: dict[str, str]
    type: Type
    required: bool
    unique: bool
    searchable: bool
    sensitive: bool
    format: Format | None
    options: list[Mapping[str, Any]]
    folder_ids: list[UUID]
    group: str | None
    order: int
    default: Any
    currency: str | None
    is_archived: bool
