"""Sign-in providers of companies."""

from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, LargeBinary, Text, UniqueConstraint

from chassis.tables import Row, tenant_table
from edge.metadata import METADATA

oidc_providers = tenant_table(
    "oidc_providers", METADATA,
    Column("name", Text, nullable=False),
    Column("issuer", Text, nullable=False),
    Column("oidc_client_id", Text, nullable=False),
    Column("sealed_secret", LargeBinary, nullable=False, info={"sensitive": True}),
    Column("is_enabled", Boolean, nullable=False),
    Column("is_required", Boolean, nullable=False),
    # People are known by issuer and subject: two clients of one issuer would share them.
    UniqueConstraint("tenant_id", "issuer", name="uq_oidc_providers__issuer"),
    Index("ix_oidc_providers_id", "id"),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcProvider(Row):
    """An OpenID Connect provider; a required one leaves passwords to owners."""

    name: str
    issuer: str
    oidc_client_id: str
    sealed_secret: bytes
    is_enabled: bool
    is_required: bool
