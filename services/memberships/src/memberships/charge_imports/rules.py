"""Rows of files as credit that clients have left: what their cells mean."""

from collections.abc import Sequence
from typing import Final

from background.imports.rules.bodies import Body, Mapped, Places, filled
from background.imports.rules.cells import day, number
from chassis.errors import Conflict
from memberships.imports import rules
from memberships.imports.rules import CLIENT, CLIENT_ALIASES, client_of, paths_of

_DAYS: Final = ("starts_on", "expires_on")
_NEEDED: Final = (("credit_type",), ("amount",))
PATHS: Final = frozenset({"credit_type", "amount", *_DAYS, "description", "external_id"})
_PATH_OF: Final = paths_of({
    **CLIENT_ALIASES,
    "credit_type": "credit type, type, credit, balance type, unit, service, points type,"
    " نوع الرصيد, النوع, الرصيد من, الخدمة, نوع النقاط",
    "amount": "amount, amount left, left, remaining, balance, credits, sessions left, points,"
    " remaining balance, الكمية, الرصيد, المتبقي, الرصيد المتبقي, الكمية المتبقية,"
    " الجلسات المتبقية, النقاط",
    "starts_on": "starts on, start, start date, from, date, valid from, تاريخ البداية, البداية,"
    " يبدأ في, من تاريخ, صالح من",
    "expires_on": "expires on, expiry, expiry date, expires, end, end date, valid until, until,"
    " to, تاريخ الانتهاء, الانتهاء, ينتهي في, تاريخ النهاية, صالح حتى, الصلاحية, إلى تاريخ",
    "description": "description, notes, note, details, memo, الوصف, ملاحظات, الملاحظات, البيان,"
    " التفاصيل",
    "external_id": "external id, id, reference, ref, charge id, المعرف, المعرف الخارجي, المرجع,"
    " رقم الشحنة",
})  # fmt: skip


class ChargeThere(Conflict):
    """What was taken over once is not charged again."""

    code = "exists_already"
    detail = "There is a charge with this external id already."


def check_mapping(mapping: Mapped, headings: Sequence[str]) -> None:
    """Raises UnknownPath, UnknownColumn and ColumnNeeded."""
    rules.check_mapping(mapping, headings, PATHS, _NEEDED)


def suggested(headings: Sequence[str]) -> dict[str, list[str]]:
    """A mapping of paths to columns by their headings."""
    return rules.suggested(headings, _PATH_OF)


def body_of(row: Sequence[str], places: Places) -> Body:
    """A row's cells, read; empty ones are not there."""
    body = Body()
    for path, cells in filled(row, places):
        cell, body.origins[path] = cells[0]
        if path == "amount":
            body.values[path] = number(cell)
        elif path in _DAYS:
            body.values[path] = day(cell)
        elif not path.startswith(CLIENT):
            body.values[path] = cell
    if (named := client_of(row, places)) is not None:
        body.values["client"] = named
    return body


def cause(import_id: object, row: int) -> str:
    """What a row's charge is known by: made once, however often its chunk is tried."""
    return f"import:{import_id}:{row}"
