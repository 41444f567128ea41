"""Credit that clients ordered."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from chassis.tables import Row, tenant_table
from memberships.metadata import METADATA

package_orders = tenant_table(
    "package_orders", METADATA,
    Column("client_id", Uuid, nullable=False),
    Column("package_id", Uuid, nullable=False),
    # What was sold, whatever becomes of the package (packages.rules.terms).
    Column("terms", JSONB, nullable=False),
    Column("discount", JSONB),
    Column("note", Text, info={"sensitive": True}),
    Column("status", Text, nullable=False),
    Column("invoice_id", Uuid),
    # Why billing refused it.
    Column("problem", JSONB),
    Column("paid_at", DateTime(timezone=True)),
    # By which of its names its credit was charged; 0: it was not.
    Column("charges", Integer, nullable=False),
    Column("external_id", Text),
    Column("created_by", Text, nullable=False),
    # Of the request, to know it again by the id its maker gave it.
    Column("digest", LargeBinary, nullable=False, info={"sensitive": True}),
    ForeignKeyConstraint(
        ["tenant_id", "package_id"], ["packages.tenant_id", "packages.id"],
        name="fk_package_orders_package",
    ),
    Index("ix_package_orders_client", "tenant_id", "client_id", "created_at", "id"),
    Index("ix_package_orders_created", "tenant_id", "created_at", "id"),
    Index("ix_package_orders_updated", "tenant_id", "updated_at", "id"),
    Index("ix_package_orders_package", "tenant_id", "package_id"),
    Index("uq_package_orders__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageOrder(Row):
    """A package of credit that a client ordered."""

    client_id: UUID
    package_id: UUID
    terms: dict[str, Any]
    discount: dict[str, Any] | None
    note: str | None
    status: str
    invoice_id: UUID | None
    problem: dict[str, Any] | None
    paid_at: datetime | None
    charges: int
    external_id: str | None
    created_by: str
    digest: bytes
