"""What can be done with products and services."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from billing.products import rules
from billing.products.repository import ProductRepository
from billing.products.tables import Product
from billing.taxes.repository import TaxRepository
from billing.taxes.rules import UnknownTax
from billing.taxes.use_cases import check_tax
from chassis.errors import Failure
from chassis.work import UnitOfWork


async def create_product(work: UnitOfWork, values: dict[str, Any]) -> Product:
    """Add a product or a service."""
    written = _written(values)
    await check_tax(work, values["tax_id"])
    product, _ = await ProductRepository(work).add_once(**written)
    return product


async def create_products(
    work: UnitOfWork, wanted: Sequence[Mapping[str, Any]]
) -> list[Product | Failure]:
    """Add several, each by itself; what each became, in their order."""
    products, found, rows = ProductRepository(work), dict[int, Product | Failure](), {}
    for place, values in enumerate(wanted):
        try:
            rows[place] = products.new(**_written(dict(values)))
        except Failure as failure:
            found[place] = failure
    found |= await _refused(work, rows)
    new = {place: row for place, row in rows.items() if place not in found}
    # Everybody in the same order: nobody waits for who waits for them.
    in_order = sorted(new.values(), key=_key_order)
    made = {one.id: one for one in await products.add_each_unless_taken(in_order)}
    raced = {place: row for place, row in new.items() if row["id"] not in made}
    found |= {place: made[row["id"]] for place, row in new.items() if row["id"] in made}
    found |= dict.fromkeys(raced, rules.SkuTaken(field="sku"))
    found |= await _refused(work, raced)
    return [found[place] for place in range(len(wanted))]


def _key_order(row: Mapping[str, Any]) -> tuple[str, str]:
    return row["sku_key"] or "", row["external_id"] or ""


async def _refused(work: UnitOfWork, rows: Mapping[int, Mapping[str, Any]]) -> dict[int, Failure]:
    """Those whose tax is not there, or whose key somebody has, be it an earlier one of them."""
    if not rows:
        return {}
    usable = await TaxRepository(work).usable({row["tax_id"] for row in rows.values()} - {None})
    keys = ("sku_key", "external_id")
    asked = ({row[key] for row in rows.values()} - {None} for key in keys)
    taken = dict(zip(keys, await ProductRepository(work).taken(*asked), strict=True))
    refused: dict[int, Failure] = {}
    for place, row in rows.items():
        if row["tax_id"] and row["tax_id"] not in usable:
            refused[place] = UnknownTax(field="tax_id")
        elif row["sku_key"] and row["sku_key"] in taken["sku_key"]:
            refused[place] = rules.SkuTaken(field="sku")
        elif row["external_id"] and row["external_id"] in taken["external_id"]:
            refused[place] = rules.ProductExternalIdTaken(field="external_id")
        else:
            for key in keys:
                taken[key].add(row[key])
    return refused


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
