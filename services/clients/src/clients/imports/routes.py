"""HTTP door of imports."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from background.imports.schemas import ImportAccepted, Outcome, PreviewView
from background.imports.use_cases import reporting
from chassis.http.problems import locale_of
from chassis.http.router import Context, Json, Pages, Sent, Work, router
from chassis.http.uploads import Upload
from chassis.paging import Page
from clients import peers
from clients.imports.repository import ROWS
from clients.imports.schemas import ImportFields, ImportView, PreviewFields, RowView
from clients.imports.use_cases import beginning
from clients.imports.use_cases.beginning import IMPORT

routes = router("/v1/imports", "Imports")

READ, WRITE = "clients:read", "clients:write"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = "الاسم,الجوال,البريد\nعبد الله القحطاني,0501234567,abdullah@example.com\n"


@routes.post(
    "", permission=WRITE, status=202, response_model=ImportAccepted, upload=ImportFields,
    example={"file": _EXAMPLE, "mode": "create", "dry_run": "false", "mapping":
             '{"name": "الاسم", "phones.number": "الجوال", "emails.address": ["البريد"]}'},
)  # fmt: skip
async def begin_import(
    work: Work, context: Context, sent: Annotated[Upload[ImportFields], Sent]
) -> Json:
    """Take clients in from a CSV, Excel or vCard file: a job."""
    await peers.know_tenant(context, work.tenant_id)
    return _accepted(
        await beginning.begin_import(work, sent.content, sent.name, sent.size, sent.fields)
    )


@routes.post("/preview", permission=WRITE, upload=PreviewFields, example={"file": _EXAMPLE})
async def preview_import(work: Work, sent: Annotated[Upload[PreviewFields], Sent]) -> PreviewView:
    """See what a file holds and which of its columns seem to be which fields; nothing is kept."""
    return PreviewView.model_validate(await beginning.preview(work, sent.content, sent.size))


@routes.get("/{import_id}", permission=READ)
async def get_import(work: Work, import_id: UUID) -> ImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return ImportView.of(await reporting.import_job(work, import_id, IMPORT))


@routes.get("/{import_id}/rows", permission=READ, response_model=Page[RowView])
async def list_import_rows(
    work: Work, pages: Pages, import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the rows of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, import_id, IMPORT)
    return Json(await ROWS.page(work, import_id, pages, outcome))


@routes.get("/{import_id}/report", permission=READ, response_model=None, files=("text/csv",))
async def download_import_report(
    work: Work, context: Context, request: Request, import_id: UUID, outcome: Outcomes = None
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, import_id, IMPORT)
    wanted = reporting.Report(
        ROWS, ("Client", "client_id"), locale_of(request, work.caller), outcome
    )  # fmt: skip
    return StreamingResponse(
        reporting.report(context, work.caller, import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="import-{import_id}.csv"'},
    )


@routes.post("/{import_id}/undo", permission=WRITE, status=202, response_model=ImportAccepted)
async def undo_import(work: Work, import_id: UUID) -> Json:
    """Archive whom the import added and put back what it changed, unless changed since: a job."""
    return _accepted(await beginning.begin_undo(work, import_id))


def _accepted(job_id: UUID) -> Json:
    return Json(ImportAccepted(job_id=job_id).model_dump_json(), location=f"/v1/jobs/{job_id}")
