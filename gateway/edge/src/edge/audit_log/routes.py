"""HTTP door of the audit log."""

from typing import Annotated

from fastapi import Query
from starlette.requests import Request
from starlette.responses import StreamingResponse

from chassis.audit_log import AuditFilters
from chassis.http.problems import locale_of
from chassis.http.router import Context, Pages, Work, router
from edge.audit_log import use_cases
from edge.audit_log.schemas import AuditExportQuery, AuditPageView

routes = router("/v1/audit-log", "Company")
_CSV = "text/csv; charset=utf-8"


@routes.get("", permission="audit:read")
async def list_entries(
    work: Work, context: Context, pages: Pages, filters: Annotated[AuditFilters, Query()]
) -> AuditPageView:
    """List who changed what in every service, and who read what is sensitive."""
    return AuditPageView.model_validate(
        await use_cases.entries(work, context.peers, filters, pages), from_attributes=True
    )


@routes.get("/export", permission="audit:read", response_model=None, files=(_CSV,))
async def export_entries(
    work: Work, context: Context, request: Request, query: Annotated[AuditExportQuery, Query()]
) -> StreamingResponse:
    """Take the audit log out as CSV; the list's filters say which entries."""
    filters = AuditFilters.model_validate(query.model_dump(exclude={"sort"}))
    wanted = use_cases.Export(filters, query.sort, locale_of(request, work.caller))
    first = await use_cases.begin_export(work, context.peers, wanted)
    file = f"audit-log-{work.now:%Y-%m-%d}.csv"
    return StreamingResponse(
        use_cases.parts(context, work.caller, wanted, first), media_type=_CSV,
        headers={"Content-Disposition": f'attachment; filename="{file}"'},
    )  # fmt: skip
