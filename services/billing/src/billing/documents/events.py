"""What others hear of every document."""

from typing import Any

from billing.documents.tables import DocumentRow
from chassis.money import Money


def told(row: DocumentRow) -> dict[str, Any]:
    """The fields that the messages of all documents have."""
    return {
        "id": str(row.id), "version": row.version, "client_id": str(row.client_id or ""),
        "number": row.number or "", "status": row.status, "currency": row.currency,
        "issue_date": row.issue_date.isoformat(),
        "subtotal": amount(row, row.subtotal_minor), "tax_total": amount(row, row.tax_minor),
        "total": amount(row, row.total_minor), "salesperson_id": str(row.salesperson_id or ""),
        "branch_id": str(row.branch_id or ""), "work_cycle_id": str(row.work_cycle_id or ""),
        "external_id": row.external_id or "", "for_client_id": str(row.for_client_id or ""),
    }  # fmt: skip


def amount(row: DocumentRow, minor: int) -> str:
    """An amount of the document as it is written."""
    return Money(minor, row.currency).format()
