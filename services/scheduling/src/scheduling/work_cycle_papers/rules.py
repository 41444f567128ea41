"""What stands on the paper of a work cycle, in Arabic, in English or in both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from papers import letterheads, sheets
from papers.look import Look
from papers.sheets import Json
from papers.words import Label, chosen, grouped, ltr, text
from scheduling.work_cycle_types.rules import FieldType, Section
from scheduling.work_cycles.rules import Kind, Listed

# Rows of the newest; all are in the sums.
MOST_PRINTED: Final = 1_000
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "client": ("العميل", "Client"),
    "code": ("رقم العميل", "Client no."),
    "number": ("الرقم", "Number"),
    "title": ("العمل", "Job"),
    "starts_on": ("تاريخ البدء", "Starts on"),
    "due_on": ("تاريخ الاستحقاق", "Due on"),
    "closed_on": ("أُغلقت في", "Closed on"),
    "staff": ("فريق العمل", "Staff"),
    "custom_fields": ("البيانات", "Details"),
    "field": ("البيان", "Field"),
    "value": ("القيمة", "Value"),
    "yes": ("نعم", "Yes"),
    "no": ("لا", "No"),
    "documents": ("المستندات المرتبطة", "Linked documents"),
    "on": ("التاريخ", "Date"),
    "document": ("المستند", "Document"),
    "amount": ("المبلغ", "Amount"),
    "paid": ("المدفوع", "Paid"),
    "invoice": ("فاتورة", "Invoice"),
    "income": ("إيراد", "Income"),
    "expense": ("مصروف", "Expense"),
    "other_invoice": ("فواتير أخرى ({count})", "Other invoices ({count})"),
    "other_income": ("إيرادات أخرى ({count})", "Other incomes ({count})"),
    "other_expense": ("مصروفات أخرى ({count})", "Other expenses ({count})"),
    "more": (
        "طُبع أحدث {most} من المستندات، والمجاميع لها كلها.",
        "Printed are the newest {most} documents; the sums are of all.",
    ),
    "note": ("ملاحظة", "Note"),
    "sums": ("المجاميع", "Sums"),
    "invoiced": ("المفوتر", "Invoiced"),
    "total_paid": ("المدفوع من الفواتير", "Paid of invoices"),
    "total_income": ("الإيرادات", "Incomes"),
    "total_expense": ("المصروفات", "Expenses"),
    "profit": ("الربح بلا ضريبة", "Profit without tax"),
    "budget": ("الميزانية", "Budget"),
    "spent": ("المستهلك من الميزانية", "Spent of it"),
    "budget_left": ("المتبقي من الميزانية", "Left of it"),
    "description": ("الوصف", "Description"),
    "notes": ("ملاحظات", "Notes"),
}  # fmt: skip
_COLUMNS: Final = (("on", False), ("document", False), ("amount", True), ("paid", True))
# As the API calls a sum, and as it is called on paper.
_SUMS: Final = {
    "invoiced": "invoiced", "paid": "total_paid", "income": "total_income",
    "expense": "total_expense",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A cycle as the API shows it to who prints it (`shown`), with the names of what it tells by
    ids; `documents` are empty for who does not see its money.
    """

    shown: Mapping[str, Any]
    settings: Mapping[str, Any]
    fields: Sequence[Mapping[str, Any]]
    client: str | None
    code: str
    staff: Sequence[str]
    closed_on: date | None
    documents: Sequence[Listed]


def sheet(told: Told, company: Mapping[str, Any], look: Look) -> Json:
    """What its type has on the paper of a cycle, and nothing that the API hides."""
    shown, sections = told.shown, frozenset(map(Section, told.settings["sections"]))
    title = look.said(told.settings["title"] or shown["type"]["name"])
    frame = sheets.frame(company.get("name", ""), look, letterheads.lines(company, look))
    return frame | {
        "file": ltr(shown["number"]), "title": title,
        "mark": look.said(shown["status"]["name"]) if shown["status"] else None,
        "party": _party(told, look), "facts": list(_facts(told, sections, look)),
        "parts": list(_parts(told, sections, look)),
        "texts": list(_texts(told, sections, look)),
    }  # fmt: skip


def _party(told: Told, look: Look) -> Json | None:
    if told.client is None:
        return None
    lines = [sheets.line(_label("code", look), ltr(told.code))] if told.code else []
    return {"label": _label("client", look), "name": text(told.client), "lines": lines}


def _facts(told: Told, sections: frozenset[Section], look: Look) -> Iterable[Json]:
    shown = told.shown
    yield sheets.fact(_label("number", look), ltr(shown["number"]))
    yield sheets.fact(_label("title", look), text(shown["title"]))
    for name in ("starts_on", "due_on"):
        if shown[name]:
            yield sheets.day(_label(name, look), date.fromisoformat(shown[name]), look)
    if told.closed_on is not None:
        yield sheets.day(_label("closed_on", look), told.closed_on, look)
    if Section.STAFF in sections and told.staff:
        yield sheets.fact(_label("staff", look), "\n".join(text(one) for one in told.staff))


def _parts(told: Told, sections: frozenset[Section], look: Look) -> Iterable[Json]:
    if Section.CUSTOM_FIELDS in sections and (rows := _values(told, look)):
        # Each has half of the page: either may be long.
        columns = [(_label(name, look), False, True) for name in ("field", "value")]
        yield _part(_said("custom_fields", look), sheets.table(columns, rows), ())
    for total in told.shown["totals"] or ():
        if sections & {Section.DOCUMENTS, Section.SUMS}:
            yield _money(total, told, sections, look)
    if Section.BUDGET in sections and told.shown["budget"] is not None:
        yield _part(_said("budget", look), None, _budget(told.shown, look))


def _values(told: Told, look: Look) -> list[list[str]]:
    values = told.shown["custom_fields"]
    return [
        [" · ".join(look.said(one["label"])), _value(one, values[one["key"]], look)]
        for one in told.fields if one["key"] in values
    ]  # fmt: skip


def _value(field: Mapping[str, Any], value: str | bool, look: Look) -> str:
    if isinstance(value, bool):
        return _said("yes" if value else "no", look)
    if field["type"] == FieldType.DATE and (day := _day(value)) is not None:
        return sheets.day_cell(day, look)
    return ltr(value) if field["type"] == FieldType.NUMBER else text(value)


def _day(value: str) -> date | None:
    """None for what was said while the field was of another type."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _money(total: Mapping[str, str], told: Told, sections: frozenset[Section], look: Look) -> Json:
    currency, is_listed = total["currency"], Section.DOCUMENTS in sections
    rows = [
        _row(one, look) for one in told.documents
        if is_listed and one.money.currency == currency
    ]  # fmt: skip
    columns = [
        (_label(name, look), is_number, name == "document") for name, is_number in _COLUMNS
    ]  # fmt: skip
    heading = f"{_said('documents' if is_listed else 'sums', look)} ({ltr(currency)})"
    sums = _sums(total, look) if Section.SUMS in sections else ()
    return _part(heading, sheets.table(columns, rows) if rows else None, sums)


def _row(one: Listed, look: Look) -> list[str]:
    if one.several is None:
        words = _label(one.kind.value, look)
    else:
        words = _label(f"other_{one.kind}", look, count=str(one.several))
    named = [f"{words[0]} {ltr(one.number)}" if one.number else words[0], *words[1:]]
    is_invoice = one.kind is Kind.INVOICE
    return [
        sheets.day_cell(one.dated_on, look) if one.dated_on else "", "\n".join(named),
        grouped(one.money.format()), grouped(one.paid.format()) if is_invoice else "",
    ]  # fmt: skip


def _sums(total: Mapping[str, str], look: Look) -> Iterable[Json]:
    for name, called in _SUMS.items():
        if total[name].strip("-0."):
            yield sheets.amount(_label(called, look), total[name])
    counted_in = ltr(total["currency"])
    yield sheets.amount(_label("profit", look), total["profit"], counted_in=counted_in)


def _budget(shown: Mapping[str, Any], look: Look) -> Iterable[Json]:
    counted_in = ltr(shown["currency"])
    yield sheets.amount(_label("budget", look), shown["budget"], counted_in=counted_in)
    for name in ("spent", "budget_left"):
        if shown[name] is not None:
            yield sheets.amount(_label(name, look), shown[name])


def _texts(told: Told, sections: frozenset[Section], look: Look) -> Iterable[Json]:
    for name in (Section.DESCRIPTION, Section.NOTES):
        if name in sections and told.shown[name]:
            yield {"label": _label(name.value, look), "value": text(told.shown[name])}
    listed = [one for one in told.documents if one.several is None]
    if Section.DOCUMENTS in sections and len(listed) >= MOST_PRINTED:
        more = _label("more", look, most=ltr(f"{MOST_PRINTED:,}"))
        yield {"label": _label("note", look), "value": "\n".join(more)}


def _part(heading: str, table: Json | None, totals: Iterable[Json]) -> Json:
    return {"heading": heading, "table": table, "totals": list(totals)}


def _label(name: str, look: Look, **values: str) -> Label:
    arabic, english = (one.format(**values) for one in _WORDS[name])
    return chosen(arabic, english, look.language)


def _said(name: str, look: Look) -> str:
    return " · ".join(_label(name, look))
