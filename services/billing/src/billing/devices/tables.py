"""Devices, with what is secret of them sealed, and how far each has counted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    Uuid,
    text,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

_SECRET = {"sensitive": True}
e_invoice_devices = tenant_table(
    "e_invoice_devices", METADATA,
    Column("name", Text, nullable=False),
    # Null: of the company, and of branches that have none of their own.
    Column("branch_id", Uuid),
    Column("industry", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("private_key", LargeBinary, nullable=False, info=_SECRET),
    Column("csr", Text),
    Column("certificate", LargeBinary),
    Column("certificate_expires_at", DateTime(timezone=True)),
    Column("request_id", Text),
    # By which the authority knows the device: token and secret.
    Column("credentials", LargeBinary, info=_SECRET),
    # What the authority said where it refused it.
    Column("problems", JSONB, nullable=False),
    # KSA-16 and KSA-13 of the last document.
    Column("last_counter", BigInteger, nullable=False),
    Column("last_hash", Text, nullable=False),
    ForeignKeyConstraint(["tenant_id", "branch_id"], ["branches.tenant_id", "branches.id"],
                         name="fk_e_invoice_devices_branch"),
    Index("uq_e_invoice_devices__branch", "tenant_id", "branch_id", unique=True,
          postgresql_nulls_not_distinct=True, postgresql_where=text("status <> 'retired'")),
    Index("ix_e_invoice_devices_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Device(Row):
    """What stamps e-invoices, one after the other."""

    name: str
    branch_id: UUID | None
    industry: str
    status: str
    private_key: bytes
    csr: str | None
    certificate: bytes | None
    certificate_expires_at: datetime | None
    request_id: str | None
    credentials: bytes | None
    problems: list[dict[str, str]]
    last_counter: int
    last_hash: str
