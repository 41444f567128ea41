"""HTTP door of products and services."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from billing.products import use_cases
from billing.products.repository import NO_TAX, ProductRepository, page_of_products
from billing.products.rules import patterns, sku_key
from billing.products.schemas import (
    ProductCreate,
    ProductFilters,
    ProductUpdate,
    ProductView,
)
from billing.products.tables import Product
from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/products", "Products")

READ, WRITE = "billing:read", "billing:write"


@routes.get("", permission=READ, response_model=Page[ProductView])
async def list_products(
    work: Work, pages: Pages, query: Annotated[ProductFilters, Query()]
) -> Json:
    """List and search products and services."""
    return Json(await page_of_products(work, pages, _filters(query)))


@routes.post(
    "", permission=WRITE, status=201,
    example={"name": {"ar": "استشارة", "en": "Consultation"}, "kind": "service", "unit": "hour",
             "prices": {"SAR": "250.00", "KWD": "20.500"}},
)  # fmt: skip
async def create_product(work: Work, body: ProductCreate) -> ProductView:
    """Add a product or a service."""
    return _shown(
        await use_cases.create_product(work, use_cases.columns_of(body, body.model_dump()))
    )


@routes.get("/{product_id}", permission=READ)
async def get_product(work: Work, product_id: UUID) -> ProductView:
    """Read a product or a service."""
    return _shown(await ProductRepository(work).get(product_id))


@routes.patch(
    "/{product_id}", permission=WRITE,
    example={"tax_id": "019a2f6e-7c1b-7d3a-9f00-0f4b6f1a2c11", "prices": {"SAR": "275.00"}},
)  # fmt: skip
async def update_product(work: Work, product_id: UUID, body: ProductUpdate) -> ProductView:
    """Change a product or a service; documents keep what they were made with."""
    changes = use_cases.columns_of(body, body.model_dump(exclude_unset=True))
    return _shown(await use_cases.update_product(work, product_id, changes))


@routes.delete("/{product_id}", permission="billing:delete")
async def delete_product(work: Work, product_id: UUID) -> None:
    """Remove a product or a service; documents keep what they were made with."""
    await use_cases.delete_product(work, product_id)


def _filters(query: ProductFilters) -> dict[str, Any]:
    given = query.model_dump(exclude_none=True)
    if "q" in given:
        given["q"] = patterns(given["q"])
    if "sku" in given:
        given["sku"] = [sku_key(one) for one in given["sku"]]
    if "tax_id" in given:
        given["tax_id"] = [NO_TAX if one == "none" else one for one in given["tax_id"]]
    return given


def _shown(product: Product) -> ProductView:
    return ProductView.model_validate(asdict(product) | {"active": product.is_active})
