"""Telling the authority of e-invoices: what a document says of it then."""

from datetime import datetime
from typing import Any

from billing.einvoices.rules.states import EInvoiceStatus, check_cause_outside, is_rejected
from chassis.errors import Conflict

Json = dict[str, Any]


class NotSubmittable(Conflict):
    """What was taken is not told again, and what nobody stamped cannot be told."""

    code = "e_invoice_not_submittable"
    detail = "Only an e-invoice that is pending or was rejected can be submitted."


def again(state: Json | None) -> Json:
    """To be told once more, as it is; raises NotSubmittable, and EInvoiceRejected where that would
    be in vain.
    """
    if state is None or not (is_pending(state) or is_rejected(state)):
        raise NotSubmittable()
    check_cause_outside(state)
    return state | {"status": EInvoiceStatus.PENDING.value, "errors": [], "warnings": []}


def is_pending(state: Json | None) -> bool:
    """Whether the authority has yet to hear of it."""
    return state is not None and state["status"] == EInvoiceStatus.PENDING


def told(state: Json, verdict: Any, at: datetime) -> Json:
    """What the authority made of it."""
    return state | {
        "status": verdict.outcome, "warnings": verdict.warnings, "errors": verdict.errors,
        "submitted_at": at.isoformat(),
    }  # fmt: skip
