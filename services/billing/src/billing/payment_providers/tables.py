"""Accounts at providers of online payments."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, LargeBinary, Text

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

payment_providers = tenant_table(
    "payment_providers", METADATA,
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("publishable_key", Text, nullable=False),
    Column("sealed_secret_key", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("sealed_webhook_secret", LargeBinary, info={"sensitive": True}),
    Column("is_enabled", Boolean, nullable=False),
    Index("ix_payment_providers_created", "tenant_id", "created_at", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRow(Row):
    """An account, by which clients pay online while it is switched on."""

    name: str
    kind: str
    publishable_key: str
    sealed_secret_key: bytes
    sealed_webhook_secret: bytes | None
    is_enabled: bool
