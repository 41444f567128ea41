"""Shapes of the audit log."""

from pydantic import Field

from chassis.audit_log import AuditEntryView, AuditFilters
from chassis.paging import Page


class AuditPageView(Page[AuditEntryView]):
    """Entries of all services in one order; `unavailable` names those whose entries are missing."""

    unavailable: list[str]


class AuditExportQuery(AuditFilters):
    """Which entries are taken out, and in which order."""

    sort: str | None = Field(default=None, max_length=60)
