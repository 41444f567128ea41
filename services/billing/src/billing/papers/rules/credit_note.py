"""What stands on a credit note on paper."""

from collections.abc import Mapping
from typing import Any

from billing.einvoices.rules.states import is_rejected
from billing.papers.rules import parts
from billing.papers.rules.words import label
from papers.look import Look
from papers.sheets import Json
from papers.words import ltr


def sheet(note: Mapping[str, Any], look: Look, qr: str | None) -> Json:
    """The note as it is shown by the API, with the parties of its invoice; `qr` is a picture."""
    is_tax = note["seller"]["vat_number"] and not is_rejected(note["einvoice"])
    title = "tax_credit_note" if is_tax else "credit_note"
    invoice = parts.fact("for_invoice", ltr(note["invoice_number"]), look)
    totals = list(parts.totals(note, look))
    return parts.frame(note["seller"], look) | {
        "file": note["number"], "title": label(title, look.language),
        "mark": parts.rejected(note, look),
        "party": parts.party(note["buyer"], "credited_to", look, note["for_client"]),
        "facts": parts.facts(note, ("issue_date",), look, invoice),
        "parts": [{"heading": None, "table": parts.lines(note, look), "totals": totals}],
        "texts": [
            *parts.in_words(note["total"], note["currency"], look),
            *parts.texts(note, look, "reason"),
        ],
        "qr": qr,
    }  # fmt: skip
