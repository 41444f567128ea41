"""HTTP door of imports of credit."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from background.imports.schemas import Outcome, PreviewView
from background.imports.use_cases import reporting
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from memberships.charge_imports.repository import ROWS
from memberships.charge_imports.schemas import (
    ChargeImportAccepted,
    ChargeImportFields,
    ChargeImportView,
    ChargePreviewFields,
    ChargeRowView,
)
from memberships.charge_imports.use_cases import beginning
from memberships.charge_imports.use_cases.beginning import IMPORT
from refs.reading import ensure_tenant

routes = router("/v1/credit-charges/imports", "Credit")

READ, WRITE = "memberships:read", "memberships:write"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = (
    "رمز العميل,نوع الرصيد,المتبقي,تاريخ الانتهاء,الملاحظات\n"
    "C-000001,جلسات,8,2999-12-31,من النظام السابق\n"
)


@routes.post(
    "", permission=WRITE, status=202, response_model=ChargeImportAccepted,
    upload=ChargeImportFields,
    example={"file": _EXAMPLE, "dry_run": "false", "mapping":
             '{"client.code": "رمز العميل", "credit_type": "نوع الرصيد", "amount": "المتبقي",'
             ' "expires_on": "تاريخ الانتهاء", "description": "الملاحظات"}'},
)  # fmt: skip
async def begin_credit_charge_import(
    work: Work, context: Context, sent: Annotated[Upload[ChargeImportFields], Sent]
) -> Json:
    """Take in what clients have left of credit elsewhere, from a CSV or Excel file: a job."""
    await ensure_tenant(context, work.tenant_id)
    made = await beginning.begin_import(work, sent.content, sent.name, sent.size, sent.fields)
    return _accepted(made, made)


@routes.post("/preview", permission=WRITE, upload=ChargePreviewFields, example={"file": _EXAMPLE})
async def preview_credit_charge_import(
    work: Work, sent: Annotated[Upload[ChargePreviewFields], Sent]
) -> PreviewView:
    """See what a file holds and which of its columns seem to be which fields; nothing is kept."""
    return PreviewView.model_validate(beginning.preview(sent.content, sent.size))


@routes.get("/{credit_charge_import_id}", permission=READ)
async def get_credit_charge_import(work: Work, credit_charge_import_id: UUID) -> ChargeImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return ChargeImportView.of(await reporting.import_job(work, credit_charge_import_id, IMPORT))


@routes.get("/{credit_charge_import_id}/rows", permission=READ, response_model=Page[ChargeRowView])
async def list_credit_charge_import_rows(
    work: Work, pages: Pages, credit_charge_import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the rows of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, credit_charge_import_id, IMPORT)
    return Json(await ROWS.page(work, credit_charge_import_id, pages, outcome))


@routes.get(
    "/{credit_charge_import_id}/report", permission=READ, response_model=None, files=("text/csv",)
)
async def download_credit_charge_import_report(
    work: Work, context: Context, request: Request, credit_charge_import_id: UUID,
    outcome: Outcomes = None,
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, credit_charge_import_id, IMPORT)
    locale = locale_of(request, work.caller)
    wanted = reporting.Report(ROWS, ("Charge", "credit_charge_id"), locale, outcome)
    name = f"import-{credit_charge_import_id}.csv"
    return StreamingResponse(
        reporting.report(context, work.caller, credit_charge_import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.post(
    "/{credit_charge_import_id}/undo",
    permission=WRITE,
    status=202,
    response_model=ChargeImportAccepted,
)  # fmt: skip
async def undo_credit_charge_import(work: Work, credit_charge_import_id: UUID) -> Json:
    """Take back what is unused of all that the import charged: a job."""
    return _accepted(
        await beginning.begin_undo(work, credit_charge_import_id), credit_charge_import_id
    )


def _accepted(job_id: UUID, import_id: UUID) -> Json:
    body = ChargeImportAccepted(job_id=job_id).model_dump_json()
    return Json(body, location=f"/v1/credit-charges/imports/{import_id}")
