"""HTTP door of imports of products."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from background.imports.schemas import Outcome, PreviewView
from background.imports.use_cases import reporting
from billing.product_imports.repository import ROWS
from billing.product_imports.schemas import (
    ProductImportAccepted,
    ProductImportFields,
    ProductImportView,
    ProductPreviewFields,
    ProductRowView,
)
from billing.product_imports.use_cases import beginning
from billing.product_imports.use_cases.beginning import IMPORT
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/products/imports", "Products")

READ, WRITE = "billing:read", "billing:write"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = "الاسم,الرمز,السعر\nاستشارة,CONS-1,250.00\n"


@routes.post(
    "", permission=WRITE, status=202, response_model=ProductImportAccepted,
    upload=ProductImportFields,
    example={"file": _EXAMPLE, "mode": "create", "dry_run": "false",
             "mapping": '{"name": "الاسم", "sku": "الرمز", "prices.SAR": "السعر"}'},
)  # fmt: skip
async def begin_product_import(
    work: Work, context: Context, sent: Annotated[Upload[ProductImportFields], Sent]
) -> Json:
    """Take products in from a CSV or Excel file, in the background."""
    await ensure_tenant(context, work.tenant_id)
    made = await beginning.begin_import(work, sent.content, sent.name, sent.size, sent.fields)
    return _accepted(made, made)


@routes.post("/preview", permission=WRITE, upload=ProductPreviewFields, example={"file": _EXAMPLE})
async def preview_product_import(
    work: Work, context: Context, sent: Annotated[Upload[ProductPreviewFields], Sent]
) -> PreviewView:
    """See what a file holds and which of its columns seem to be which fields; nothing is kept."""
    await ensure_tenant(context, work.tenant_id)
    return PreviewView.model_validate(await beginning.preview(work, sent.content, sent.size))


@routes.get("/{product_import_id}", permission=READ)
async def get_product_import(work: Work, product_import_id: UUID) -> ProductImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return ProductImportView.of(await reporting.import_job(work, product_import_id, IMPORT))


@routes.get("/{product_import_id}/rows", permission=READ, response_model=Page[ProductRowView])
async def list_product_import_rows(
    work: Work, pages: Pages, product_import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the rows of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, product_import_id, IMPORT)
    return Json(await ROWS.page(work, product_import_id, pages, outcome))


@routes.get(
    "/{product_import_id}/report", permission=READ, response_model=None, files=("text/csv",)
)
async def download_product_import_report(
    work: Work, context: Context, request: Request, product_import_id: UUID,
    outcome: Outcomes = None,
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, product_import_id, IMPORT)
    locale = locale_of(request, work.caller)
    wanted = reporting.Report(ROWS, ("Product", "product_id"), locale, outcome)
    name = f"import-{product_import_id}.csv"
    return StreamingResponse(
        reporting.report(context, work.caller, product_import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.post(
    "/{product_import_id}/undo", permission=WRITE, status=202, response_model=ProductImportAccepted
)
async def undo_product_import(work: Work, product_import_id: UUID) -> Json:
    """Remove what the import added and put back what it changed, unless changed since."""
    return _accepted(await beginning.begin_undo(work, product_import_id), product_import_id)


def _accepted(job_id: UUID, import_id: UUID) -> Json:
    body = ProductImportAccepted(job_id=job_id).model_dump_json()
    return Json(body, location=f"/v1/products/imports/{import_id}")
