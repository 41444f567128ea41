"""What people write into cells, in the form in which the API takes it; what is not understood
stays as it is, for the API's own rules to refuse."""

import re
import unicodedata
from typing import Final

from chassis import hijri
from chassis.folding import fold_compact

_PARTS: Final = re.compile(r"[,;،؛|\n]+| / ")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ].*)?")
_PLAIN_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_YES: Final = {fold_compact(one) for one in ("yes", "true", "1", "y", "نعم", "صح", "✓", "x")}
_NO: Final = {fold_compact(one) for one in ("no", "false", "0", "n", "لا", "خطأ")}


def parts(cell: str) -> list[str]:
    """What stands in one cell, one by one."""
    return [part for one in _PARTS.split(cell) if (part := one.strip())]


def day(cell: str) -> str:
    """A date in any usual form and either calendar, the day before the month unless that cannot
    be."""
    text = digits(cell).strip()
    try:
        if (in_hijri := hijri.day(text)) is not None:
            return in_hijri.isoformat()
    except ValueError:
        return cell
    if found := _YEAR_FIRST.fullmatch(text) or _PLAIN_DATE.fullmatch(text):
        year, month, number = (int(part) for part in found.groups())
    elif found := _DAY_FIRST.fullmatch(text):
        number, month, year = (int(part) for part in found.groups())
        if month > 12 >= number:
            number, month = month, number
    else:
        return cell
    try:
        return hijri.date_of(year, month, number).isoformat()
    except ValueError:
        return cell


def digits(text: str) -> str:
    """With ASCII digits."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in text)


def number(cell: str) -> str:
    """A number in any digits, its thousands apart or not."""
    text = digits(cell).replace("٬", "").replace("٫", ".").strip()
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def amount(cell: str) -> str:
    """A number that may be below zero, as people of accounts write it: (1,200.50), or 1,200.50-."""
    text = digits(cell).strip().replace("\u2212", "-").replace("\u200f", "").replace("\u200e", "")
    inside = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else None
    if inside is None and text[-1:] == "-":
        inside = text[:-1]
    return number(text) if inside is None else f"-{number(inside)}"


def boolean(cell: str) -> bool | str:
    """Yes or no, in either language."""
    folded = fold_compact(cell)
    return True if folded in _YES else False if folded in _NO else cell
