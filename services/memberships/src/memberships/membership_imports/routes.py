"""HTTP door of imports of memberships."""

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
from memberships.membership_imports.repository import ROWS
from memberships.membership_imports.schemas import (
    MembershipImportAccepted,
    MembershipImportFields,
    MembershipImportView,
    MembershipPreviewFields,
    MembershipRowView,
)
from memberships.membership_imports.use_cases import beginning
from memberships.membership_imports.use_cases.beginning import IMPORT
from refs.reading import ensure_tenant

routes = router("/v1/memberships/imports", "Memberships")

READ, MANAGE = "memberships:read", "memberships:manage"
Outcomes = Annotated[list[Outcome] | None, Query(max_length=4)]
_EXAMPLE = (
    "رمز العميل,الباقة,تاريخ البداية,تاريخ التجديد,تجديد تلقائي\n"
    "C-000001,شهري,2026-01-31,2999-12-31,لا\n"
)


@routes.post(
    "", permission=MANAGE, status=202, response_model=MembershipImportAccepted,
    upload=MembershipImportFields,
    example={"file": _EXAMPLE, "dry_run": "false", "mapping":
             '{"client.code": "رمز العميل", "package": "الباقة", "start_date": "تاريخ البداية",'
             ' "renewal_date": "تاريخ التجديد", "auto_renew": "تجديد تلقائي"}'},
)  # fmt: skip
async def begin_membership_import(
    work: Work, context: Context, sent: Annotated[Upload[MembershipImportFields], Sent]
) -> Json:
    """Take in memberships that run elsewhere, from a CSV or Excel file: a job."""
    await ensure_tenant(context, work.tenant_id)
    made = await beginning.begin_import(work, sent.content, sent.name, sent.size, sent.fields)
    return _accepted(made, made)


@routes.post(
    "/preview", permission=MANAGE, upload=MembershipPreviewFields, example={"file": _EXAMPLE}
)
async def preview_membership_import(
    work: Work, sent: Annotated[Upload[MembershipPreviewFields], Sent]
) -> PreviewView:
    """See what a file holds and which of its columns seem to be which fields; nothing is kept."""
    return PreviewView.model_validate(beginning.preview(sent.content, sent.size))


@routes.get("/{membership_import_id}", permission=READ)
async def get_membership_import(work: Work, membership_import_id: UUID) -> MembershipImportView:
    """See how far an import is, what was asked of it and what came of it."""
    return MembershipImportView.of(await reporting.import_job(work, membership_import_id, IMPORT))


@routes.get("/{membership_import_id}/rows", permission=READ, response_model=Page[MembershipRowView])
async def list_membership_import_rows(
    work: Work, pages: Pages, membership_import_id: UUID, outcome: Outcomes = None
) -> Json:
    """List the rows of an import: what became of each, and why those that failed did."""
    await reporting.import_job(work, membership_import_id, IMPORT)
    return Json(await ROWS.page(work, membership_import_id, pages, outcome))


@routes.get(
    "/{membership_import_id}/report", permission=READ, response_model=None, files=("text/csv",)
)
async def download_membership_import_report(
    work: Work, context: Context, request: Request, membership_import_id: UUID,
    outcome: Outcomes = None,
) -> StreamingResponse:  # fmt: skip
    """Download the same as a CSV file, in the language asked for."""
    await reporting.import_job(work, membership_import_id, IMPORT)
    locale = locale_of(request, work.caller)
    wanted = reporting.Report(ROWS, ("Membership", "membership_id"), locale, outcome)
    name = f"import-{membership_import_id}.csv"
    return StreamingResponse(
        reporting.report(context, work.caller, membership_import_id, wanted),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@routes.post(
    "/{membership_import_id}/undo",
    permission=MANAGE,
    status=202,
    response_model=MembershipImportAccepted,
)  # fmt: skip
async def undo_membership_import(work: Work, membership_import_id: UUID) -> Json:
    """Remove what the import took over, unless something came of it since: a job."""
    return _accepted(await beginning.begin_undo(work, membership_import_id), membership_import_id)


def _accepted(job_id: UUID, import_id: UUID) -> Json:
    body = MembershipImportAccepted(job_id=job_id).model_dump_json()
    return Json(body, location=f"/v1/memberships/imports/{import_id}")
