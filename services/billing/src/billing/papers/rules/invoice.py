"""What stands on an invoice on paper."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from billing.einvoices.rules.states import is_rejected
from billing.papers.rules import parts
from billing.papers.rules.parts import amount, some
from billing.papers.rules.words import label
from papers.look import Look
from papers.sheets import Json
from papers.words import Label, ltr

_DATES: Final = ("issue_date", "supply_date", "due_date")
# What is told on the paper of where an invoice stands.
_MARKED: Final = ("draft", "paid", "credited", "void")


def sheet(invoice: Mapping[str, Any], look: Look, qr: str | None) -> Json:
    """The invoice as it is shown by the API, as a template prints it; `qr` is a picture (SVG)."""
    return parts.frame(invoice["seller"], look) | {
        "file": invoice["number"] or label("draft", look.language)[0],
        "title": _title(invoice, look),
        "mark": parts.rejected(invoice, look) or parts.mark(invoice["status"], _MARKED, look),
        "party": parts.party(invoice["buyer"], "buyer", look, invoice["for_client"]),
        "facts": parts.facts(invoice, _DATES, look),
        "parts": [{
            "heading": None, "table": parts.lines(invoice, look),
            "totals": list(_totals(invoice, look)),
        }],
        "texts": [
            *parts.in_words(invoice["total"], invoice["currency"], look),
            *parts.texts(invoice, look, "notes", "terms"),
        ],
        "qr": qr,
    }  # fmt: skip


def is_full(invoice: Mapping[str, Any]) -> bool:
    """Whether it is a tax invoice, not a simplified one: to a buyer who is registered."""
    return invoice["buyer"] is not None and bool(invoice["buyer"]["tax_number"])


def _title(invoice: Mapping[str, Any], look: Look) -> Label:
    """Only who is registered issues tax invoices; simplified ones to a buyer who is not. What the
    authority rejected is none.
    """
    if not invoice["seller"]["vat_number"] or is_rejected(invoice["einvoice"]):
        return label("invoice", look.language)
    name = "tax_invoice" if is_full(invoice) else "simplified_tax_invoice"
    return label(name, look.language)


def _totals(invoice: Mapping[str, Any], look: Look) -> Iterable[Json]:
    yield from parts.totals(invoice, look)
    home = invoice["home_currency"]
    if home not in (None, invoice["currency"]):
        yield amount("home_tax", invoice["home_tax_total"], look, currency=None,
                     home=ltr(home))  # fmt: skip
    yield from some("deposit", invoice["deposit"], look)
    settled = [
        one for name in ("credited", "paid", "written_off")
        for one in some(f"amount_{name}", invoice[name], look)
    ]  # fmt: skip
    yield from settled
    if settled:
        yield amount("balance", invoice["balance"], look, currency=invoice["currency"])
