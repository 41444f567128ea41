"""HTTP door of the audit log."""

from typing import Annotated

from fastapi import Query

from chassis.http.router import Json, Pages, Work, router
from chassis.paging import Page
from edge.audit_log.repository import LIST
from edge.audit_log.schemas import AuditEntryView, AuditFilters

routes = router("/v1/audit-log", "Company")


@routes.get("", permission="audit:read", response_model=Page[AuditEntryView])
async def list_entries(work: Work, pages: Pages, filters: Annotated[AuditFilters, Query()]) -> Json:
    """List who changed what in the company's users, roles, keys and settings."""
    return Json(await LIST.page(work, pages, filters.model_dump()))
