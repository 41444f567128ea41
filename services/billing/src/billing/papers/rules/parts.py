"""What the sheets of all kinds of paper are made of."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from billing.einvoices.rules.states import is_rejected
from billing.papers.rules.spelled import spelled
from billing.papers.rules.words import label
from papers import letterheads, sheets
from papers.look import Look
from papers.sheets import Json, line
from papers.words import Label, grouped, ltr, percent, text

_COLUMNS: Final = (
    ("line", False), ("description", False), ("quantity", True), ("unit_price", True),
    ("discount", True), ("tax", True), ("net", True),
)  # fmt: skip


def frame(seller: Mapping[str, Any], look: Look) -> Json:
    """What stands on every sheet, whatever it is: who it is from, and how it looks."""
    return sheets.frame(seller["name"], look, letterheads.lines(seller, look))


def party(
    buyer: Mapping[str, Any] | None, called: str, look: Look,
    about: Mapping[str, Any] | None = None,
) -> Json | None:  # fmt: skip
    """Who owes it, nobody of a walk-in sale; and below whom it is about, where that is another."""
    if not buyer:
        return None
    name, language = buyer["business_name"] or buyer["name"], look.language
    person = buyer["name"] if name != buyer["name"] else None
    address = letterheads.address(buyer["address"])
    lines = [line(None, text(one)) for one in (person, address) if one]
    for number, called_so in (("tax_number", "vat_number"), ("registration_number",) * 2):
        if buyer[number]:
            lines.append(letterheads.number(called_so, buyer[number], look))
    if about:
        whom = text(about["business_name"] or about["name"])
        lines.append(line(label("for_client", language), whom))
    return {"label": label(called, language), "name": text(name), "lines": lines}


def fact(name: str, value: str, look: Look) -> Json:
    """One thing about a paper, said already as it is printed."""
    return sheets.fact(label(name, look.language), value)


def day(name: str, on: str | date, look: Look, at: str = "") -> Json:
    """A day in both calendars, and the time of it."""
    found = on if isinstance(on, date) else date.fromisoformat(on)
    return sheets.day(label(name, look.language), found, look, at)


def facts(document: Mapping[str, Any], days: Iterable[str], look: Look, *more: Json) -> list[Json]:
    """Its number, its days, and what it is agreed on."""
    found = [fact("number", ltr(document["number"]), look)] if document["number"] else []
    found += more
    found += [day(name, document[name], look) for name in days if document[name]]
    if document.get("payment_terms"):
        found.append(fact("payment_terms", text(document["payment_terms"]), look))
    return [*found, fact("currency", ltr(document["currency"]), look)]


def table(columns: Iterable[tuple[str, bool]], rows: Sequence[list[str]], look: Look) -> Json:
    """Columns by their names, and whether they are of numbers; the description is the wide one."""
    named = [
        (label(name, look.language), is_number, name == "description")
        for name, is_number in columns
    ]
    return sheets.table(named, rows)


def lines(document: Mapping[str, Any], look: Look) -> Json:
    """The lines of a document; no column of them is empty."""
    rows = [_row(place, one) for place, one in enumerate(document["lines"], 1)]
    shown = [place for place, _ in enumerate(_COLUMNS) if any(row[place] for row in rows)]
    return table([_COLUMNS[place] for place in shown],
                 [[row[place] for place in shown] for row in rows], look)  # fmt: skip


def amount(
    name: str, value: str, look: Look, *, currency: str | None = None, **values: str
) -> Json:
    """A line of what it comes to; one with a currency is what matters."""
    words = label(name, look.language, **values)
    return sheets.amount(words, value, counted_in=ltr(currency) if currency else None)


def some(name: str, value: str, look: Look) -> list[Json]:
    """The line, where there is anything of it."""
    return [amount(name, value, look)] if value.strip("-0.") else []


def totals(document: Mapping[str, Any], look: Look) -> Iterable[Json]:
    """What the lines of a document come to."""
    yield amount("subtotal", document["subtotal"], look)
    yield from some("discount", f"-{document['discount_total']}", look)
    yield from some("shipping", document["shipping"], look)
    for group in document["taxes"]:
        name = "taxed" if group["category"] == "S" else "untaxed"
        yield amount(name, group["amount"], look, rate=ltr(percent(group["rate"])),
                     taxable=grouped(group["taxable"]))  # fmt: skip
    yield from some("rounding", document["rounding"], look)
    total = "total_with_tax" if document["taxes"] else "total"
    yield amount(total, document["total"], look, currency=document["currency"])


def texts(document: Mapping[str, Any], look: Look, *names: str) -> list[Json]:
    """Why there is no tax, and what else is said."""
    reasons = {
        line["tax"]["exemption_reason"]: None for line in document["lines"]
        if line["tax"] and line["tax"]["exemption_reason"]
    }  # fmt: skip
    said = {"exemption": "\n".join(reasons)} | {name: document[name] for name in names}
    return [
        {"label": label(name, look.language), "value": text(one)}
        for name, one in said.items() if one
    ]  # fmt: skip


def in_words(amount: str, currency: str, look: Look) -> list[Json]:
    """What it comes to, as nobody alters it by a digit."""
    value = spelled(amount, currency, look.language)
    return [{"label": label("in_words", look.language), "value": value}] if value else []


def mark(status: str, marked: Iterable[str], look: Look) -> Label | None:
    """What is told of where it stands."""
    return label(status, look.language) if status in marked else None


def rejected(document: Mapping[str, Any], look: Look) -> Label | None:
    """That the authority said no to it, before anything else."""
    return label("rejected", look.language) if is_rejected(document["einvoice"]) else None


def _row(place: int, line: Mapping[str, Any]) -> list[str]:
    tax, discount = line["tax"], line["discount"]
    taken = grouped(line["discount_amount"]) if discount else ""
    if discount and discount["type"] == "percent":
        taken += f"\n{ltr(discount['value'] + '%')}"
    return [
        ltr(str(place)), text(line["description"]), grouped(line["quantity"]),
        grouped(line["unit_price"]), taken, ltr(percent(tax["rate"])) if tax else "",
        grouped(line["net"]),
    ]  # fmt: skip
