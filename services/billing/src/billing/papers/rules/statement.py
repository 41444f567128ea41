"""What stands on a statement: on paper, and in the cells of a file."""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, Final

from billing.papers.rules import parts
from billing.papers.rules.parts import amount, some
from billing.papers.rules.words import label
from papers.look import Look
from papers.sheets import Json, day_cell
from papers.words import Language, grouped, ltr, text

_COLUMNS: Final = (
    ("on", False), ("description", False), ("charged", True), ("settled", True),
    ("running", True),
)  # fmt: skip
_AGES: Final = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90")
_CELLS: Final = (
    "on", "description", "document", "currency", "change_due", "change_credit", "change", "running",
)  # fmt: skip
_EVENTS: Final = frozenset({
    "invoice.issued", "invoice.voided", "invoice.written_off", "payment.received",
    "payment.bounced", "payment.allocated", "payment.deallocated", "refund.made",
    "credit_note.issued", "opening_balance.changed", "invoice.taken_over",
})  # fmt: skip


def sheet(told: Mapping[str, Any], look: Look) -> Json:
    """The statement as it is shown by the API, with all its movements."""
    return parts.frame(told["seller"], look) | {
        "file": f"{label('statement', look.language)[0]} {ltr(str(told['as_of']))}",
        "title": label("statement", look.language),
        "party": parts.party(told["buyer"], "client", look), "facts": list(_facts(told, look)),
        "parts": [_part(one, told, look) for one in told["summaries"]],
    }  # fmt: skip


def headings(language: Language, *, is_rollup: bool = False) -> list[str]:
    """The first row of a file; of several clients the last cell says whose a movement is."""
    return [_joined(name, language) for name in (*_CELLS, *(["client"] if is_rollup else []))]


def cells(one: Mapping[str, Any], language: Language) -> list[str]:
    """A movement as a row of a file."""
    return [
        one["on"].isoformat(), _joined(_words(one), language), _number(one), one["currency"],
        one["due"], one["credit"], one["amount"], one["balance"],
        *([one["client_name"]] if one["client_name"] is not None else []),
    ]  # fmt: skip


def balance_row(
    name: str, summary: Mapping[str, Any], language: Language, *, is_rollup: bool = False
) -> list[str]:
    """Where an account stands before or after its movements, as a row of a file."""
    position: Mapping[str, str] = summary[name]
    return [
        "", _joined(name, language), "", summary["currency"], position["due"],
        position["credit"], "", position["balance"], *([""] if is_rollup else []),
    ]  # fmt: skip


def _facts(told: Mapping[str, Any], look: Look) -> Iterable[Json]:
    if told["date_from"] is not None:
        yield parts.day("from", told["date_from"], look)
    last = told["date_to"] - timedelta(days=1) if told["date_to"] is not None else told["as_of"]
    yield parts.day("to", last, look)


def _part(summary: Mapping[str, Any], told: Mapping[str, Any], look: Look) -> Json:
    currency = summary["currency"]
    rows = [["", "\n".join(label("opening", look.language)), "", "",
             grouped(summary["opening"]["balance"])]]  # fmt: skip
    # What moves from one side to the other changes nothing that a client would miss.
    rows += [
        _row(one, look) for one in told["items"]
        if one["currency"] == currency and one["amount"].strip("-0.")
    ]  # fmt: skip
    ages = [[grouped(summary["ageing"][name]) for name in _AGES]]
    return {
        "heading": ltr(currency), "table": parts.table(_COLUMNS, rows, look),
        "totals": list(_totals(summary, look)),
        "ages": {
            "label": label("ageing", look.language),
            "table": parts.table([(name, True) for name in _AGES], ages, look),
        } if summary["closing"]["due"].strip("-0.") else None,
    }  # fmt: skip


def _row(one: Mapping[str, Any], look: Look) -> list[str]:
    words = label(_words(one), look.language)
    number = _number(one)
    told = [f"{words[0]} {ltr(number)}" if number else words[0], *words[1:]]
    told += [text(one["client_name"])] if one.get("client_name") else []
    changed = one["amount"]
    is_less = changed.startswith("-")
    return [
        day_cell(one["on"], look), "\n".join(told), "" if is_less else grouped(changed),
        grouped(changed.removeprefix("-")) if is_less else "", grouped(one["balance"]),
    ]  # fmt: skip


def _totals(summary: Mapping[str, Any], look: Look) -> Iterable[Json]:
    closing = summary["closing"]
    yield amount("opening", summary["opening"]["balance"], look)
    yield from some("charged", summary["charged"], look)
    yield from some("settled", f"-{summary['settled']}", look)
    yield amount("closing", closing["balance"], look, currency=summary["currency"])
    if closing["credit"].strip("-0."):
        yield amount("still_due", closing["due"], look)
        yield amount("unallocated", closing["credit"], look)


def _words(one: Mapping[str, Any]) -> str:
    """By what it is called; what is new is a movement."""
    return one["event"] if one["event"] in _EVENTS else "movement"


def _number(one: Mapping[str, Any]) -> str:
    """The one that the client has it by."""
    number = one["credit_note_number"] or one["receipt_number"] or one["invoice_number"]
    if one["event"].startswith("invoice."):
        number = one["invoice_number"]
    return str(number or "")


def _joined(name: str, language: Language) -> str:
    return " / ".join(_bare(one) for one in label(name, language))


def _bare(value: str) -> str:
    """Without the isolates: cells turn nothing."""
    return value.strip("\u2066\u2069")
