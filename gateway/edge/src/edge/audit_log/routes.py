"""HTTP door of the audit log."""

from typing import Annotated

from fastapi import Query

from chassis.audit_log import AuditFilters
from chassis.http.router import Context, Pages, Work, router
from edge.audit_log import use_cases
from edge.audit_log.schemas import AuditPageView

routes = router("/v1/audit-log", "Company")


@routes.get("", permission="audit:read")
async def list_entries(
    work: Work, context: Context, pages: Pages, filters: Annotated[AuditFilters, Query()]
) -> AuditPageView:
    """List who changed what in every service, and who read what is sensitive."""
    return AuditPageView.model_validate(
        await use_cases.entries(work, context.peers, filters, pages), from_attributes=True
    )
