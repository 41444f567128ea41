"""What stands on papers that come before an invoice: estimates and orders."""

from collections.abc import Mapping
from typing import Any, Final

from billing.papers.rules import parts
from billing.papers.rules.words import label
from papers.look import Look
from papers.sheets import Json
from papers.words import text

_OF_ESTIMATE: Final = ("issue_date", "expires_on")
_OF_ORDER: Final = ("issue_date", "delivery_date")
# What is told on the paper of where they stand.
_ESTIMATE_MARKED: Final = ("draft", "accepted", "declined", "expired")
_ORDER_MARKED: Final = ("draft", "fulfilled", "cancelled")


def estimate(shown: Mapping[str, Any], look: Look) -> Json:
    """An estimate as it is shown by the API, with who offers and to whom."""
    status = "accepted" if shown["status"] == "converted" else shown["status"]
    signed = []
    if status == "accepted" and shown["decided_name"]:
        signed.append(parts.fact("accepted_by", text(shown["decided_name"]), look))
    return _sheet(shown, look, "estimate", "offered_to") | {
        "mark": parts.mark(status, _ESTIMATE_MARKED, look),
        "facts": parts.facts(shown, _OF_ESTIMATE, look, *signed),
    }


def order(shown: Mapping[str, Any], look: Look) -> Json:
    """An order as it is shown by the API, with who delivers and to whom."""
    dated = {**shown, "delivery_date": shown["supply_date"]}
    return _sheet(shown, look, "order", "client") | {
        "mark": parts.mark(shown["status"], _ORDER_MARKED, look),
        "facts": parts.facts(dated, _OF_ORDER, look),
    }


def _sheet(shown: Mapping[str, Any], look: Look, title: str, called: str) -> Json:
    totals = [*parts.totals(shown, look), *parts.some("deposit", shown["deposit"], look)]
    return parts.frame(shown["seller"], look) | {
        "file": shown["number"] or label("draft", look.language)[0],
        "title": label(title, look.language),
        "party": parts.party(shown["buyer"], called, look, shown["for_client"]),
        "parts": [{"heading": None, "table": parts.lines(shown, look), "totals": totals}],
        "texts": parts.texts(shown, look, "notes", "terms"),
    }  # fmt: skip
