"""What the lines of a document are taxed with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from billing.documents.rules import UnknownProduct, check_holds
from billing.products.repository import ProductRepository
from billing.taxes.repository import TaxRepository
from billing.taxes.rules import UnknownTax
from chassis.together import Asked
from chassis.work import UnitOfWork

Json = dict[str, Any]


async def asked(work: UnitOfWork, lines: Sequence[Json]) -> list[Asked]:
    """What is read first of what lines name: products, which tell their taxes, else taxes."""
    if products := _named(lines, "product_id"):
        return [await ProductRepository(work).asked_of(products)]
    taxes = _named(lines, "tax_id")
    return [await TaxRepository(work).asked_of(taxes)] if taxes else []


async def with_product_taxes(work: UnitOfWork, lines: Sequence[Json]) -> list[Json]:
    """A line without a tax has its product's; raises UnknownProduct."""
    named = _named(lines, "product_id")
    return of_products(lines, await ProductRepository(work).of(named) if named else {})


def of_products(lines: Sequence[Json], found: Mapping[UUID, Any]) -> list[Json]:
    """The same of products that were looked up before."""
    taxed = []
    for place, line in enumerate(lines):
        product = found.get(UUID(line["product_id"])) if line["product_id"] else None
        if line["product_id"] and (product is None or not product.is_active):
            raise UnknownProduct(field=f"lines.{place}.product_id")
        inherited = product.tax_id if product else None
        taxed.append(line | {"tax_id": line["tax_id"] or (inherited and str(inherited))})
    return taxed


async def with_taxes(work: UnitOfWork, lines: Sequence[Json], on: date) -> list[Json]:
    """The lines with what their taxes are now; raises UnknownTax and TaxNotValid."""
    named = _named(lines, "tax_id")
    return taxed_with(lines, await TaxRepository(work).of(named) if named else {}, on)


def taxed_with(lines: Sequence[Json], found: Mapping[UUID, Any], on: date) -> list[Json]:
    """The same of taxes that were looked up before."""
    taxed = []
    for place, line in enumerate(lines):
        kept = None
        if line["tax_id"]:
            kept = _kept(found.get(UUID(line["tax_id"])), on, f"lines.{place}.tax_id")
        taxed.append(line | {"tax": kept})
    return taxed


async def kept_tax(work: UnitOfWork, tax_id: UUID | None, on: date, field: str) -> Json | None:
    """What is kept of a tax that something is taxed with; raises UnknownTax and TaxNotValid."""
    if tax_id is None:
        return None
    return _kept(await TaxRepository(work).find(tax_id), on, field)


async def check_taxes(work: UnitOfWork, lines: Sequence[Json], on: date) -> None:
    """Whether what lines were taxed with still holds on a day; raises TaxNotValid."""
    named = _named(lines, "tax_id")
    found = await TaxRepository(work).of(named) if named else {}
    for place, line in enumerate(lines):
        tax = found.get(UUID(line["tax_id"])) if line["tax_id"] else None
        if tax is not None:
            check_holds(tax.valid_from, tax.valid_to, on, f"lines.{place}.tax_id")


def _named(lines: Sequence[Json], name: str) -> list[UUID]:
    """What lines name, each once."""
    return [UUID(one) for one in dict.fromkeys(line[name] for line in lines) if one]


def _kept(tax: Any, on: date, field: str) -> Json:
    """What a line keeps of its tax, whatever becomes of that."""
    if tax is None or not tax.is_active:
        raise UnknownTax(field=field)
    check_holds(tax.valid_from, tax.valid_to, on, field)
    return {
        "name": {one: tax.name.get(one) for one in ("ar", "en")},
        "category": tax.category, "rate": tax.rate, "inclusive": tax.is_inclusive,
        "exemption_reason": tax.exemption_reason, "exemption_code": tax.exemption_code,
    }  # fmt: skip
