"""All SQL of products."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlalchemy import (
    Boolean,
    DateTime,
    Text,
    Uuid,
    all_,
    any_,
    bindparam,
    func,
    literal,
    or_,
    select,
)  # fmt: skip
from sqlalchemy.dialects.postgresql import ARRAY

from billing.products.rules import ProductExternalIdTaken, ProductNotFound, SkuTaken
from billing.products.tables import Product, products, tenant_products
from billing.taxes.rules import UnknownTax
from chassis.errors import Failure
from chassis.paging import ListQuery, Paging
from chassis.repository import Repository
from chassis.statements import statement
from chassis.tables import written_columns
from chassis.together import Asked
from chassis.work import UnitOfWork

NO_TAX: Final = UUID(int=0)
"""Stands for `none` among the ids of a filter."""

_C: Final = tenant_products.c
_FIRST: Final = bindparam("first_pattern", type_=Text)
_PATTERNS: Final = all_(bindparam("q", type_=ARRAY(Text)))
_TAXES: Final = any_(bindparam("tax_id", type_=ARRAY(Uuid)))
_SHOWN: Final = (
    "id", "version", "created_at", "updated_at", "name", "description", "kind", "sku", "unit",
    "prices", "tax_id", "external_id",
)  # fmt: skip


def _moment(name: str) -> Any:
    return bindparam(name, type_=DateTime(timezone=True))


_LIST: Final = ListQuery(
    source=tenant_products,
    columns={**{name: _C[name] for name in _SHOWN}, "active": _C.is_active},
    where=(_C.tenant_id == bindparam("tenant_id"),),
    filters={
        # By the index what the first pattern finds, and of that what all of them find.
        "q": _C.folded.like(_FIRST) & _C.folded.like(_PATTERNS),
        "kind": _C.kind == any_(bindparam("kind", type_=ARRAY(Text))),
        "sku": _C.sku_key == any_(bindparam("sku", type_=ARRAY(Text))),
        "tax_id": or_(_C.tax_id == _TAXES, _C.tax_id.is_(None) & (literal(NO_TAX, Uuid) == _TAXES)),
        "currency": _C.prices.has_key(bindparam("currency", type_=Text)),
        "active": _C.is_active == bindparam("active", type_=Boolean),
        "external_id": _C.external_id == any_(bindparam("external_id", type_=ARRAY(Text))),
        "created_from": _C.created_at >= _moment("created_from"),
        "created_to": _C.created_at < _moment("created_to"),
        "updated_from": _C.updated_at >= _moment("updated_from"),
        "updated_to": _C.updated_at < _moment("updated_to"),
    },
    sorts={
        "updated_at": _C.updated_at, "created_at": _C.created_at,
        "name": func.coalesce(_C.name["ar"].astext, _C.name["en"].astext, type_=Text),
    },
    default_sort="-updated_at", key=_C.id,
)  # fmt: skip
_OF: Final = statement(
    select(*written_columns(products)).where(
        products.c.tenant_id == bindparam("tenant_id"),
        products.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))),
    )
)
_TAKEN: Final = statement(
    select(products.c.sku_key, products.c.external_id).where(
        products.c.tenant_id == bindparam("tenant_id"),
        or_(products.c.sku_key == any_(bindparam("sku_keys", type_=ARRAY(Text))),
            products.c.external_id == any_(bindparam("external_ids", type_=ARRAY(Text)))),
    )
)  # fmt: skip
_KEYS: Final[dict[str | None, tuple[type[Failure], str]]] = {
    "uq_products__sku": (SkuTaken, "sku"),
    "uq_products__external_id": (ProductExternalIdTaken, "external_id"),
    # Removed a moment ago.
    "fk_products_tax": (UnknownTax, "tax_id"),
}


async def page_of_products(work: UnitOfWork, paging: Paging, filters: Mapping[str, Any]) -> bytes:
    """A page of the company's products, as JSON."""
    if "q" not in filters:
        return await _LIST.page(work, paging, filters)
    await work.plan_for_values()
    return await _LIST.page(work, paging, filters, first_pattern=filters["q"][0])


class ProductRepository(Repository[Product]):
    """Products and services of the tenant."""

    table = products
    row = Product
    missing = ProductNotFound

    async def of(self, ids: Collection[UUID]) -> dict[UUID, Product]:
        """Those of these products that there are."""
        return {one.id: one for one in await self.all(_OF, ids=list(ids))}

    async def asked_of(self, ids: Collection[UUID]) -> Asked:
        """What `of` would ask."""
        return await self.asked(_OF, ids=list(ids))

    def new(self, **values: Any) -> dict[str, Any]:
        """All columns of a product that is about to be written."""
        return self._new(values)

    async def taken(
        self, sku_keys: Collection[str], external_ids: Collection[str]
    ) -> tuple[set[str], set[str]]:
        """Those of these SKUs and external ids that a product has."""
        asked = {"sku_keys": list(sku_keys), "external_ids": list(external_ids)}
        rows = await self.work.fetch(_TAKEN, tenant_id=self.work.tenant_id, **asked)
        return {row["sku_key"] for row in rows}, {row["external_id"] for row in rows}

    async def add_once(self, **values: Any) -> tuple[Product, bool]:
        try:
            return await super().add_once(**values)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise _refused(error) from error

    async def update(self, row: Product, **changes: Any) -> Product:
        try:
            return await super().update(row, **changes)
        except asyncpg.IntegrityConstraintViolationError as error:
            raise _refused(error) from error


def _refused(error: asyncpg.IntegrityConstraintViolationError) -> Exception:
    if (known := _KEYS.get(error.constraint_name)) is None:
        return error
    failure, field = known
    return failure(field=field)
