"""What a company sells."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    Column,
    Computed,
    ForeignKeyConstraint,
    Index,
    Text,
    Uuid,
    column,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from billing.metadata import METADATA
from chassis.tables import Row, tenant_table

products = tenant_table(
    "products", METADATA,
    Column("name", JSONB, nullable=False),
    Column("description", JSONB),
    Column("kind", Text, nullable=False),
    Column("sku", Text),
    # The folded SKU: two spellings are one.
    Column("sku_key", Text),
    Column("unit", Text),
    # By currency, as they are written, with the currency's digits.
    Column("prices", JSONB, nullable=False),
    Column("tax_id", Uuid),
    Column("is_active", Boolean, nullable=False),
    Column("external_id", Text),
    Column("folded", Text, Computed("product_text(name, description, sku)", persisted=True)),
    ForeignKeyConstraint(
        ["tenant_id", "tax_id"], ["taxes.tenant_id", "taxes.id"], name="fk_products_tax"
    ),
    Index("uq_products__sku", "tenant_id", "sku_key", unique=True,
          postgresql_where=text("sku_key IS NOT NULL")),
    Index("uq_products__external_id", "tenant_id", "external_id", unique=True,
          postgresql_where=text("external_id IS NOT NULL")),
    Index("ix_products_updated", "tenant_id", "updated_at", "id"),
    Index("ix_products_created", "tenant_id", "created_at", "id"),
    Index("ix_products_tax", "tenant_id", "tax_id", postgresql_where=text("tax_id IS NOT NULL")),
    Index("ix_products_search", "tenant_id", "folded", postgresql_using="gin",
          postgresql_ops={"folded": "gin_trgm_ops"}),
)  # fmt: skip

# The tenant's rows without row-level security around them, which would keep LIKE from the
# trigram index (docs/decisions): the view has the tenant in its own condition.
tenant_products: Final = table(
    "tenant_products", *(column(c.name, c.type) for c in products.columns)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Product(Row):
    """Something that is sold: a product or a service."""

    name: dict[str, str]
    description: dict[str, str] | None
    kind: str
    sku: str | None
    sku_key: str | None
    unit: str | None
    prices: dict[str, str]
    tax_id: UUID | None
    is_active: bool
    external_id: str | None
