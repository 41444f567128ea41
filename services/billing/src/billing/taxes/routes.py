"""HTTP door of taxes."""

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from billing.taxes import use_cases
from billing.taxes.repository import LIST, TaxRepository
from billing.taxes.schemas import TaxCreate, TaxFilters, TaxUpdate, TaxView
from billing.taxes.tables import Tax
from chassis.http.router import Context, Json, Pages, Work, router
from chassis.paging import Page

routes = router("/v1/taxes", "Taxes")

READ, MANAGE = "billing:read", "billing:manage"


@routes.get("", permission=READ, response_model=Page[TaxView])
async def list_taxes(
    work: Work, context: Context, pages: Pages, query: Annotated[TaxFilters, Query()]
) -> Json:
    """List the taxes; a new company has the VAT of its country."""
    await use_cases.ensure_started(context, work)
    return Json(await LIST.page(work, pages, query.model_dump(exclude_none=True)))


@routes.post(
    "", permission=MANAGE, status=201,
    example={"name": {"ar": "صادرات بنسبة صفر", "en": "Exports, zero-rated"}, "rate": "0",
             "category": "Z", "exemption_reason": "Export of goods",
             "exemption_code": "VATEX-SA-32"},
)  # fmt: skip
async def create_tax(work: Work, body: TaxCreate) -> TaxView:
    """Add a tax."""
    values = body.model_dump() | {"name": body.name.stored()}
    return _shown(await use_cases.create_tax(work, _named(values)))


@routes.get("/{tax_id}", permission=READ)
async def get_tax(work: Work, tax_id: UUID) -> TaxView:
    """Read a tax."""
    return _shown(await TaxRepository(work).get(tax_id))


@routes.patch("/{tax_id}", permission=MANAGE, example={"valid_to": "2027-01-01"})
async def update_tax(work: Work, tax_id: UUID, body: TaxUpdate) -> TaxView:
    """Change a tax; issued documents keep what they were issued with."""
    changes = body.model_dump(exclude_unset=True)
    if "name" in changes:
        changes["name"] = body.name.stored()
    return _shown(await use_cases.update_tax(work, tax_id, _named(changes)))


@routes.delete("/{tax_id}", permission=MANAGE)
async def delete_tax(work: Work, tax_id: UUID) -> None:
    """Remove a tax that nothing is taxed with."""
    await use_cases.delete_tax(work, tax_id)


def _named(values: dict[str, Any]) -> dict[str, Any]:
    """By the names of the columns."""
    columns = {"inclusive": "is_inclusive", "active": "is_active"}
    return {columns.get(name, name): value for name, value in values.items()}


def _shown(tax: Tax) -> TaxView:
    shown = asdict(tax) | {"inclusive": tax.is_inclusive, "active": tax.is_active}
    return TaxView.model_validate(shown)
