"""Rows of files as invoices of the system before: what its cells mean, and what is open of them."""

from collections.abc import Mapping, Sequence
from typing import Final

from background.imports.rules.bodies import Body, Mapped, Places, check_columns, filled
from background.imports.rules.cells import amount, day
from background.imports.rules.failures import UnknownPath
from chassis.errors import Conflict, Forbidden, Invalid
from chassis.folding import fold_compact

# By which of them a row's client is found, the surest first; then what was written of it.
CLIENT_KEYS: Final = ("code", "external_id", "phone", "email")
ClientKey = tuple[str, str]
_CLIENT: Final = "client."
_LONGEST: Final = 500
_NEEDED: Final = ("number", "issue_date")
_AMOUNTS: Final = ("total", "paid", "balance")
_DAYS: Final = ("issue_date", "due_date")
_OPEN: Final = frozenset({"total", "balance"})
PATHS: Final = frozenset({
    *_NEEDED, *_AMOUNTS, *_DAYS, "currency", "notes", "external_id",
    *(f"{_CLIENT}{key}" for key in CLIENT_KEYS),
})  # fmt: skip
_ALIASES: Final[Mapping[str, str]] = {
    "client.code": "client code, customer code, client no, customer no, client number, account no,"
    " account code, رمز العميل, كود العميل, رقم العميل, رقم الملف, رقم الحساب",
    "client.external_id": "client id, customer id, client external id, معرف العميل,"
    " المعرف الخارجي للعميل",
    "client.phone": "phone, mobile, phone number, mobile number, client phone, customer phone,"
    " الجوال, جوال, رقم الجوال, جوال العميل, الهاتف, رقم الهاتف, هاتف العميل, الموبايل",
    "client.email": "email, e-mail, client email, customer email, البريد, البريد الإلكتروني,"
    " بريد العميل, الإيميل",
    "number": "number, no, invoice, invoice number, invoice no, invoice #, document number,"
    " document no, bill no, reference, ref, رقم الفاتورة, الفاتورة, رقم المستند, رقم السند,"
    " الرقم, المرجع",
    "issue_date": "date, invoice date, issue date, issued, document date, التاريخ,"
    " تاريخ الفاتورة, تاريخ الإصدار, تاريخ المستند",
    "due_date": "due, due date, due on, تاريخ الاستحقاق, الاستحقاق, يستحق في",
    "currency": "currency, العملة",
    "total": "total, amount, invoice total, invoice amount, grand total, الإجمالي, المبلغ,"
    " إجمالي الفاتورة, قيمة الفاتورة, مبلغ الفاتورة, المجموع",
    "paid": "paid, amount paid, paid amount, payments, المدفوع, المسدد, المبلغ المدفوع, المحصل",
    "balance": "balance, open, open amount, open balance, outstanding, amount due, due amount,"
    " balance due, remaining, unpaid, الرصيد, المتبقي, المبلغ المتبقي, المستحق, المبلغ المستحق,"
    " غير المدفوع, غير المسدد",
    "notes": "notes, note, description, memo, الملاحظات, ملاحظات, البيان, الوصف",
    "external_id": "external id, invoice id, id, المعرف, المعرف الخارجي, معرف الفاتورة",
}  # fmt: skip
_PATH_OF: Final = {
    fold_compact(word): path for path, words in _ALIASES.items() for word in words.split(",")
}


class ClientsUnread(Forbidden):
    """Clients are found in the name of who imports."""

    code = "clients_unread"
    detail = "You may not read clients, by whom the rows are found."


class ColumnNeeded(Invalid):
    """No open invoice can be known without it."""

    code = "column_needed"
    detail = "Say which column holds this."


class NotATable(Invalid):
    """An address book holds no invoices."""

    code = "unreadable_file"
    detail = "Invoices are imported from CSV or Excel (xlsx)."


class ClientNeeded(Invalid):
    """A row that is nobody's."""

    code = "key_empty"
    detail = "This row does not say whose invoice it is."


class AmountNeeded(Invalid):
    """A row that is of no money."""

    code = "amount_needed"
    detail = "Say the total, or what is open of it."


class AmountsDiffer(Invalid):
    """Total, what was paid and what is open do not go together."""

    code = "amounts_differ"
    detail = "What is open is the total less what was paid."


class NothingOpen(Conflict):
    """What is settled is not taken over."""

    code = "nothing_open"
    detail = "Nothing of this invoice is open."


def check_mapping(mapping: Mapped, headings: Sequence[str]) -> None:
    """Raises UnknownPath, UnknownColumn and ColumnNeeded."""
    for path in mapping:
        if path not in PATHS:
            raise UnknownPath(field=f"mapping.{path}")
    check_columns(mapping, headings)
    if not any(path.startswith(_CLIENT) for path in mapping):
        raise ColumnNeeded(field="mapping.client.code")
    for path in _NEEDED:
        if path not in mapping:
            raise ColumnNeeded(field=f"mapping.{path}")
    if _OPEN.isdisjoint(mapping):
        raise ColumnNeeded(field="mapping.balance")


def suggested(headings: Sequence[str]) -> dict[str, list[str]]:
    """A mapping of paths to columns by their headings."""
    found: dict[str, list[str]] = {}
    for heading in headings:
        path = _PATH_OF.get(fold_compact(heading)) if heading.strip() else None
        if path and path not in found and headings.count(heading) == 1:
            found[path] = [heading]
    return found


def client_of(row: Sequence[str], places: Places) -> ClientKey | None:
    """By what a row's client is found: the surest of the keys that it has, none that is no key."""
    own = {path: places[path] for path in places if path.startswith(_CLIENT)}
    given = {
        path.removeprefix(_CLIENT): cells[0][0] for path, cells in filled(row, own)
        if len(cells[0][0]) <= _LONGEST
    }  # fmt: skip
    return next(((key, given[key]) for key in CLIENT_KEYS if key in given), None)


def body_of(row: Sequence[str], places: Places) -> Body:
    """A row's cells, read; empty ones are not there."""
    body = Body()
    for path, cells in filled(row, places):
        cell, body.origins[path] = cells[0]
        if path in _AMOUNTS:
            body.values[path] = amount(cell)
        elif path in _DAYS:
            body.values[path] = day(cell)
        elif not path.startswith(_CLIENT):
            body.values[path] = cell
    if (named := client_of(row, places)) is not None:
        body.values["client"] = named
    return body


def open_part(total: int | None, paid: int | None, balance: int | None) -> tuple[int, int]:
    """What an invoice came to, and what is open of it, in minor units, of what is said of both.

    Raises AmountNeeded, AmountsDiffer and NothingOpen.
    """
    if total is None and balance is None:
        raise AmountNeeded(field="total")
    if balance is None:
        balance = (total or 0) - (paid or 0)
    if total is None:
        total = balance + (paid or 0)
    if not 0 <= balance <= total or (paid is not None and total - paid != balance):
        raise AmountsDiffer(field="balance")
    if not balance:
        raise NothingOpen(field="balance")
    return total, balance
