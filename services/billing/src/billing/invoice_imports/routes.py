"""HTTP door of imports of open invoices."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from background.imports.schemas import Outcome, PreviewView
from background.imports.use_cases import reporting
from billing.invoice_imports.repository import ROWS
from billing.invoice_imports.schemas import (
    InvoiceImportAccepted,
    InvoiceImportFields,
    InvoiceImportView,
    InvoicePreviewFields,
    InvoiceRowView,
)
from billing.invoice_imports.use_cases import beginning
from billing.invoice_imports.use_cases.beginning import IMPORT
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from refs.reading import ensure_tenant

routes = router("/v1/invoices/imports", "Invoices")

READ, ISSUE = "billing:read", "billing:issue"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = (
    "رمز العميل,رقم الفاتورة,التاريخ,تاريخ الاستحقاق,الإجمالي,المدفوع\n"
    "C-000001,2024-118,2024-03-01,2024-03-31,1150.00,150.00\n"
)


@routes.post(
    "", permission=ISSUE, status=202, response_model=InvoiceImportAccepted,
    upload=InvoiceImportFields,
    example={"file": _EXAMPLE, "dry_run": "false", "mapping":
             '{"client.code": "رمز العميل", "number": "رقم الفاتورة", "issue_date": "التاريخ",'
             ' "due_date": "تاريخ الاستحقاق", "total": "الإجمالي", "paid": "المدفوع"}'},
)  # fmt: skip
async def begin_invoice_import(
    work: Work, context: Context, sent: Annotated[Upload[InvoiceImportFields], Sent]
) -> Json:
    """Take in what is open of another system's invoices, from a CSV or Excel file: a job."""
    await ensure_tenant(context, work.tenant_id)
    made = await beginning.begin_import(work, sent.content, sent.name, sent.size, sent.fields)
    return _accepted(made, made)


@routes.post("/preview", permission=ISSUE, upload=InvoicePreviewFields, example={"file": _EXAMPLE})
async def preview_invoice_import(
    work: Work, sent: Annotated[Upload[InvoicePreviewFields], Sent]
) -> PreviewView:
    """See what a file holds and which of its columns seem to be which fields; nothing is kept."""
    return PreviewView.model_validate(beginning.preview(sent.content, sent.size))


@routes.get("/{invoice_import_id}", permission=READ)
async def get_invoice_import(work: Work, invoice_import_id: UUID) -> InvoiceImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return InvoiceImportView.of(await reporting.import_job(work, invoice_import_id, IMPORT))


@routes.get("/{invoice_import_id}/rows", permission=READ, response_model=Page[InvoiceRowView])
async def list_invoice_import_rows(
    work: Work, pages: Pages, invoice_import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the rows of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, invoice_import_id, IMPORT)
    return Json(await ROWS.page(work, invoice_import_id, pages, outcome))


@routes.get(
    "/{invoice_import_id}/report", permission=READ, response_model=None, files=("text/csv",)
)
async def download_invoice_import_report(
    work: Work, context: Context, request: Request, invoice_import_id: UUID,
    outcome: Outcomes = None,
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, invoice_import_id, IMPORT)
    locale = locale_of(request, work.caller)
    wanted = reporting.Report(ROWS, ("Invoice", "invoice_id"), locale, outcome)
    name = f"import-{invoice_import_id}.csv"
    return StreamingResponse(
        reporting.report(context, work.caller, invoice_import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.post(
    "/{invoice_import_id}/undo", permission=ISSUE, status=202, response_model=InvoiceImportAccepted
)
async def undo_invoice_import(work: Work, invoice_import_id: UUID) -> Json:
    """Void what the import took over, unless something of it was paid or credited since: a job."""
    return _accepted(await beginning.begin_undo(work, invoice_import_id), invoice_import_id)


def _accepted(job_id: UUID, import_id: UUID) -> Json:
    body = InvoiceImportAccepted(job_id=job_id).model_dump_json()
    return Json(body, location=f"/v1/invoices/imports/{import_id}")
