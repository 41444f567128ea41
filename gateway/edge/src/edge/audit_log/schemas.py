"""Shapes of the audit log."""

from chassis.audit_log import AuditEntryView
from chassis.paging import Page


class AuditPageView(Page[AuditEntryView]):
    """Entries of all services in one order; `unavailable` names those whose entries are missing."""

    unavailable: list[str]
