"""What can be done with products and services."""

from typing import Any
from uuid import UUID

from billing.products import rules
from billing.products.repository import ProductRepository
from billing.products.tables import Product
from billing.taxes.use_cases import check_tax
from chassis.work import UnitOfWork


async def create_product(work: UnitOfWork, values: dict[str, Any]) -> Product:
    """Add a product or a service."""
    written = _written(values)
    await check_tax(work, values["tax_id"])
    product, _ = await ProductRepository(work).add_once(**written)
    return product


async def update_product(work: UnitOfWork, product_id: UUID, changes: dict[str, Any]) -> Product:
    """Change a product or a service; documents keep what they were made with."""
    products = ProductRepository(work)
    product = await products.get_for_update(product_id)
    written = _written(changes)
    if changes.get("tax_id", product.tax_id) != product.tax_id:
        await check_tax(work, changes["tax_id"])
    return await products.update(product, **written)


async def delete_product(work: UnitOfWork, product_id: UUID) -> None:
    """Remove a product or a service; documents keep what they were made with."""
    products = ProductRepository(work)
    await products.delete(await products.get_for_update(product_id))


def columns_of(body: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What a body says, by the names of the columns."""
    values = dict(given)
    if "name" in values:
        values["name"] = body.name.stored()
    if values.get("description"):
        values["description"] = body.description.stored() if body.description else None
    if "active" in values:
        values["is_active"] = values.pop("active")
    return values


def _written(values: dict[str, Any]) -> dict[str, Any]:
    """As it is kept."""
    derived: dict[str, Any] = {}
    if "prices" in values:
        derived["prices"] = rules.prices(values["prices"])
    if "sku" in values:
        derived["sku_key"] = rules.sku_key(values["sku"])
    return values | derived
