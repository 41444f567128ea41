"""What stands on a receipt, on a sheet or on the roll of a till."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from billing.papers.rules import parts
from billing.papers.rules.parts import amount, some
from billing.papers.rules.words import label
from chassis.errors import Conflict
from papers.look import Look
from papers.sheets import Json
from papers.words import grouped, ltr, text

_COLUMNS: Final = (
    ("invoice_number", False), ("invoice_total", True), ("amount_paid", True), ("left", True),
)  # fmt: skip
_CHEQUE: Final = ("deposited", "cleared", "bounced")
_MARKED: Final = ("bounced", "refunded", "partially_refunded")


class NoReceipt(Conflict):
    """Credit came in before, and was receipted then."""

    code = "no_receipt"
    detail = "No money came in by this payment: it used the client's credit."


def check_receipted(payment: Mapping[str, Any]) -> None:
    """Raises NoReceipt."""
    if payment["receipt_number"] is None:
        raise NoReceipt()


def sheet(payment: Mapping[str, Any], look: Look, zone: ZoneInfo) -> Json:
    """The payment as it is shown by the API, with the invoices it paid as they stand, and what
    the client owes (`due`; None of a walk-in sale)."""
    return parts.frame(payment["seller"], look) | {
        "file": payment["receipt_number"], "title": label("receipt", look.language),
        "mark": parts.mark(payment["status"], _MARKED, look),
        "party": parts.party(payment["buyer"], "received_from", look),
        "facts": list(_facts(payment, look, zone)),
        "parts": [{
            "heading": None, "table": _table(payment, look),
            "totals": list(_totals(payment, look)),
        }],
        "texts": parts.in_words(payment["amount"], payment["currency"], look),
    }  # fmt: skip


def _facts(payment: Mapping[str, Any], look: Look, zone: ZoneInfo) -> Iterable[Json]:
    language, method = look.language, payment["method"]
    at = datetime.fromisoformat(payment["received_at"]).astimezone(zone)
    yield parts.fact("number", ltr(payment["receipt_number"]), look)
    yield parts.day("received_on", at.date(), look, f"{at:%H:%M}")
    yield parts.fact("method", " · ".join(label(f"by_{method}", language)), look)
    if payment["reference"]:
        name = "cheque_number" if method == "cheque" else "reference"
        yield parts.fact(name, text(payment["reference"]), look)
    if method == "cheque" and payment["status"] in _CHEQUE:
        words = " · ".join(label(payment["status"], language))
        yield parts.fact("cheque_status", words, look)
    yield parts.fact("currency", ltr(payment["currency"]), look)


def _table(payment: Mapping[str, Any], look: Look) -> Json | None:
    rows = [
        [_called(one, look), grouped(one["total"]), grouped(one["amount"]), grouped(one["balance"])]
        for one in payment["invoices"]
    ]  # fmt: skip
    return parts.table(_COLUMNS, rows, look) if rows else None


def _called(invoice: Mapping[str, Any], look: Look) -> str:
    """What was owed before has no number."""
    if invoice["number"]:
        return ltr(invoice["number"])
    return "\n".join(label("opening_balance.changed", look.language))


def _totals(payment: Mapping[str, Any], look: Look) -> Iterable[Json]:
    yield amount("amount_received", payment["amount"], look, currency=payment["currency"])
    yield from some("amount_allocated", payment["allocated"], look)
    yield from some("amount_used", payment["used_as_credit"], look)
    yield from some("amount_refunded", payment["refunded"], look)
    yield from some("unallocated", payment["unallocated"], look)
    if payment["due"] is not None:
        yield amount("due_now", payment["due"], look, currency=payment["currency"])
