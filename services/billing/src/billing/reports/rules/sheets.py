"""Reports as they are taken out: one table, and what it comes to; as CSV, or printed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from billing.reports.rules.words import label, named, plain, taxed
from papers import sheets as papers
from papers.look import Look
from papers.words import Language, grouped, ltr
from papers.words import text as written

Json = dict[str, Any]
_AGED: Final = ("current", "days_1_30", "days_31_60", "days_61_90", "days_over_90", "due", "credit")
_EARNED: Final = ("invoices", "credit_notes", "net", "tax", "total")
_LIFETIME: Final = ("invoices", "first_invoice_on", "last_invoice_on", "paid", "refunded",
                    "lifetime_value", "due")  # fmt: skip
_COUNTS: Final = frozenset({"invoices", "credit_notes"})
_DATES: Final = frozenset({"first_invoice_on", "last_invoice_on"})


@dataclass(frozen=True, slots=True)
class Table:
    """Columns by the words for them, the first a text; rows; and sums, each of a currency."""

    columns: tuple[str, ...]
    rows: list[list[str]]
    sums: list[tuple[str, str | None, str]]


def receivables(report: Json, language: Language) -> Table:
    """A row for each currency of a client."""
    rows = [
        [_who(one, language), each["currency"], *(each[name] or "" for name in _AGED)]
        for one in report["items"] for each in one["currencies"]
    ]  # fmt: skip
    return Table(("client", "currency", *_AGED), rows, [
        *_sums(report["totals"], "overdue", "due", "credit"),
        ("due_at_home", report["home_currency"], report["due_at_home"]),
    ])  # fmt: skip


def revenue(report: Json, language: Language) -> Table:
    """A row for each currency of a group."""
    group = report["group_by"]
    rows = [
        [_group(group, one, language), each["currency"], *(str(each[name]) for name in _EARNED)]
        for one in report["items"] for each in one["currencies"]
    ]  # fmt: skip
    totals, home = report["totals"], report["home_currency"]
    return Table((group, "currency", *_EARNED), rows, [
        *_sums(totals["currencies"], "net", "total"),
        *((name, home, totals[name]) for name in ("net_at_home", "total_at_home")),
    ])  # fmt: skip


def taxes(report: Json, language: Language) -> Table:
    """A row for each rate of each item of the return."""
    rows = []
    for kind in ("sales", "credited", "incomes", "expenses"):
        is_note = kind == "credited"
        names = ("credited_taxable", "credited_tax") if is_note else ("taxable", "tax")
        for one in report["sales" if is_note else kind]:
            if not is_note or any(one[name].strip("-0.") for name in names):
                words = plain(kind, language), taxed(one["category"], one["rate"], language)
                rows.append([*words, *(one[name] for name in names)])
    sums = [(name, report["currency"], report[name])
            for name in ("output_tax", "input_tax", "net_due")]  # fmt: skip
    sums += [("unrated", one["currency"], one["tax"]) for one in report["unrated"]]
    return Table(("kind", "rate", "taxable", "tax"), rows, sums)


def lifetime(report: Json, language: Language) -> Table:
    """A row for each currency of a client."""
    rows = [
        [_who(one, language), each["currency"], *(str(each[name] or "") for name in _LIFETIME)]
        for one in report["items"] for each in one["currencies"]
    ]  # fmt: skip
    return Table(("client", "currency", *_LIFETIME), rows,
                 _sums(report["totals"], "paid", "refunded", "lifetime_value", "due"))  # fmt: skip


_PERCENT: Final = re.compile(r"[0-9.]+%")
TABLES: Final[dict[str, Callable[[Json, Language], Table]]] = {
    "receivables": receivables, "revenue": revenue, "taxes": taxes, "lifetime-value": lifetime,
}  # fmt: skip


def csv_rows(table: Table, language: Language) -> Iterable[list[str]]:
    """What the columns are called, then the rows."""
    yield [plain(name, language) for name in table.columns]
    yield from table.rows


def sheet(name: str, report: Json, table: Table, company: str, language: Language) -> Json:
    """The report as the template prints any sheet."""
    return papers.frame(company, Look(language)) | {
        "file": plain(name, language), "title": label(name, language),
        "facts": list(_facts(report, language)),
        "parts": [{
            "heading": None, "table": _table(table, language),
            "totals": [_total(*one, language) for one in table.sums],
        }],
    }  # fmt: skip


def _table(table: Table, language: Language) -> Json:
    columns = [
        (label(column, language), place > 0, place == 0)
        for place, column in enumerate(table.columns)
    ]
    return papers.table(columns, [_printed(table.columns, row) for row in table.rows])


def _who(one: Json, language: Language) -> str:
    return one["name"] or one["client_id"] or plain("walk_in", language)


def _group(group: str, one: Json, language: Language) -> str:
    if group == "tax":
        category, _, rate = (one["key"] or "").partition(" ")
        return taxed(category or None, rate, language)
    return named(one["name"], language) or one["key"] or plain("none", language)


def _sums(totals: Iterable[Json], *names: str) -> list[tuple[str, str | None, str]]:
    return [
        (name, one["currency"], one[name]) for one in totals for name in names
        if one[name] is not None
    ]  # fmt: skip


def _facts(report: Json, language: Language) -> Iterable[Json]:
    for name in ("as_of", "date_from", "date_to"):
        if name in report:
            # On paper a period ends with its last day.
            day: date = report[name] - timedelta(days=name == "date_to")
            yield papers.day(label(name, language), day, Look(language))
    home = report.get("home_currency") or report["currency"]
    yield papers.fact(label("home_currency", language), ltr(home))


def _printed(columns: tuple[str, ...], row: list[str]) -> list[str]:
    return [
        _cell(name, cell) if place else _worded(cell)
        for place, (name, cell) in enumerate(zip(columns, row, strict=True))
    ]  # fmt: skip


def _cell(name: str, cell: str) -> str:
    if not cell or name in _DATES or name == "currency" or name in _COUNTS:
        return ltr(cell) if cell else ""
    return _worded(cell) if name == "rate" else grouped(cell)


def _worded(cell: str) -> str:
    """Words; a percentage amid them reads as everywhere else: its sign is right of it."""
    return _PERCENT.sub(lambda found: ltr(found[0]), written(cell))


def _total(name: str, currency: str | None, amount: str, language: Language) -> Json:
    first, *second = label(name, language)
    words = [f"{first} ({ltr(currency)})" if currency else first, *second]
    return {"label": words, "value": grouped(amount), "strong": name in ("due", "net_due", "total")}
