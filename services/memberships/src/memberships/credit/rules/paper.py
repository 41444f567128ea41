"""What stands on a statement of credit on paper, in Arabic, in English or in both."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from memberships.credit_types.rules import written
from papers import sheets
from papers.look import Look
from papers.sheets import Json
from papers.words import Label, chosen, grouped, ltr, text

MOST_PRINTED: Final = 5_000
_WORDS: Final[dict[str, tuple[str, str]]] = {
    "statement": ("كشف رصيد", "Statement of credit"),
    "client": ("العميل", "Client"),
    "code": ("رقم العميل", "Client no."),
    "from": ("من", "From"),
    "to": ("إلى", "To"),
    "on": ("التاريخ", "Date"),
    "description": ("الحركة", "Movement"),
    "amount": ("الكمية", "Amount"),
    "running": ("الرصيد", "Balance"),
    "opening": ("الرصيد الافتتاحي", "Opening balance"),
    "issued": ("المشحون", "Charged"),
    "used": ("المستهلك", "Used"),
    "expired": ("ما انتهت مدته", "Expired"),
    "refunded": ("المسترد", "Refunded"),
    "adjusted": ("التسويات", "Adjusted"),
    "transferred": ("التحويلات", "Transferred"),
    "closing": ("الرصيد الختامي", "Closing balance"),
    "usable": (
        "ما يمكن استهلاكه اليوم {day}، وحتى متى", "What can be used today, {day}, and by when",
    ),
    "until": ("حتى نهاية", "Until the end of"),
    "never": ("لا ينتهي", "Never ends"),
    "owed": ("استُهلك زيادة على الرصيد", "Used beyond what was there"),
    "today": ("ما يمكن استهلاكه اليوم", "Can be used today"),
    "shared": ("ويتيحه عملاء مرتبطون بعد نفاده", "Linked clients share, once it is used up"),
    "note": ("ملاحظة", "Note"),
    "nothing": ("ليس للعميل رصيد من أي نوع.", "The client has no credit of any type."),
}  # fmt: skip
_COLUMNS: Final = (("on", False), ("description", False), ("amount", True), ("running", True))
# What adds to a balance, and what is taken off it.
_SUMS: Final = {
    "issued": "", "used": "-", "expired": "-", "refunded": "-", "adjusted": "", "transferred": "",
}  # fmt: skip
# What is kept for something is the client's still: the balance stays, so it is no amount of it.
_KEPT: Final = frozenset({"held", "released"})


@dataclass(frozen=True, slots=True)
class Usable:
    """What a client can use of a credit type today, and by when."""

    name: Mapping[str, str]
    unit: Mapping[str, str]
    decimals: int
    # By the last day on which it can be used; None is never.
    ends: Mapping[date | None, int]
    overdrawn: int
    shared: int
    usable: int
    # As the API shows it; None of what others share alone.
    statement: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Told:
    """Whose statement of whose client, of which days, with all there is of each credit type."""

    company: str
    client: str
    code: str
    date_from: date | None
    date_to: date
    today: date
    types: Sequence[Usable]


def sheet(told: Told, look: Look) -> Json:
    """The statement as it is shown by the API, with what can be used today."""
    lines = [sheets.line(_label("code", look), ltr(told.code))] if told.code else []
    nothing = {"label": _label("note", look), "value": "\n".join(_label("nothing", look))}
    return sheets.frame(told.company, look) | {
        "file": f"{_label('statement', look)[0]} {ltr(str(told.date_to))}",
        "title": _label("statement", look),
        "party": {"label": _label("client", look), "name": text(told.client), "lines": lines},
        "facts": list(_facts(told, look)),
        "parts": [_part(one, told.today, look) for one in told.types],
        "texts": [] if told.types else [nothing],
    }  # fmt: skip


def _facts(told: Told, look: Look) -> Iterable[Json]:
    if told.date_from is not None:
        yield sheets.day(_label("from", look), told.date_from, look)
    yield sheets.day(_label("to", look), told.date_to, look)


def _part(one: Usable, today: date, look: Look) -> Json:
    shown = one.statement
    return {
        "heading": _named(one.name, look), "table": _table(shown, look) if shown else None,
        "totals": list(_totals(shown, _named(one.unit, look), look)) if shown else [],
        "ages": {
            "label": _label("usable", look, day=ltr(today.isoformat())),
            "table": _usable(one, look),
        },
    }  # fmt: skip


def _table(shown: Mapping[str, Any], look: Look) -> Json:
    columns = [(_label(name, look), is_number, name == "description")
               for name, is_number in _COLUMNS]  # fmt: skip
    first = ["", "\n".join(_label("opening", look)), "", grouped(shown["opening"])]
    return sheets.table(columns, [first, *(_row(one, look) for one in shown["lines"])])


def _row(one: Mapping[str, Any], look: Look) -> list[str]:
    said, amount = one["text"], grouped(one["amount"])
    words = chosen(said["ar"].removesuffix("."), said["en"].removesuffix("."), look.language)
    if one["kind"] in _KEPT:
        amount, words = "", [f"{words[0]} ({amount})", *words[1:]]
    return [
        sheets.day_cell(one["on"], look), "\n".join(words), amount, grouped(one["balance"])
    ]  # fmt: skip


def _totals(shown: Mapping[str, Any], unit: str, look: Look) -> Iterable[Json]:
    yield sheets.amount(_label("opening", look), shown["opening"])
    for name, sign in _SUMS.items():
        if shown[name].strip("-0."):
            value = f"{sign}{shown[name]}".removeprefix("--")
            yield sheets.amount(_label(name, look), value)
    yield sheets.amount(_label("closing", look), shown["closing"], counted_in=unit)


def _usable(one: Usable, look: Look) -> Json:
    ends = sorted(one.ends.items(), key=lambda end: end[0] or date.max)
    rows = [[_end(end, look), grouped(written(amount, one.decimals))] for end, amount in ends]
    figures = {"owed": -one.overdrawn, "today": one.usable, "shared": one.shared}
    rows += [
        [_said(name, look), grouped(written(amount, one.decimals))]
        for name, amount in figures.items() if amount or name == "today"
    ]  # fmt: skip
    columns = [(_label("until", look), False, True), (_label("amount", look), True, False)]
    return sheets.table(columns, rows)


def _end(end: date | None, look: Look) -> str:
    return sheets.day_cell(end, look) if end else _said("never", look)


def _said(name: str, look: Look) -> str:
    return "\n".join(_label(name, look))


def _label(name: str, look: Look, **values: str) -> Label:
    arabic, english = (one.format(**values) for one in _WORDS[name])
    return chosen(arabic, english, look.language)


def _named(names: Mapping[str, str], look: Look) -> str:
    """In the paper's languages, else in the one there is."""
    return " · ".join(look.said(names))
