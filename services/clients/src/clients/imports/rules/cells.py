"""What people write into cells, in the form in which the API takes it; what is not understood
stays as it is, for the API's own rules to refuse."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pycountry
from babel import Locale

from chassis.folding import fold_compact
from clients.custom_fields.rules import hijri
from clients.custom_fields.rules.definitions import MOMENTS, NUMBERS, Definition

_PARTS: Final = re.compile(r"[,;،؛|\n]+| / ")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_YEAR_FIRST: Final = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ].*)?")
_PLAIN_DATE: Final = re.compile(r"(\d{4})(\d\d)(\d\d)")
_THOUSANDS: Final = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_YES: Final = {fold_compact(one) for one in ("yes", "true", "1", "y", "نعم", "صح", "✓", "x")}
_NO: Final = {fold_compact(one) for one in ("no", "false", "0", "n", "لا", "خطأ")}


def _words(groups: Mapping[str, str]) -> Mapping[str, str]:
    return {fold_compact(word): key for key, all_ in groups.items() for word in all_.split(",")}


WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "kind": _words({
        "lead": "lead,prospect,عميل محتمل,محتمل", "client": "client,customer,عميل,زبون",
        "contact": "contact,جهة اتصال",
    }),
    "type": _words({
        "individual": "individual,person,personal,فرد,شخص",
        "business": "business,company,شركة,منشأة",
    }),
    "gender": _words({
        "male": "male,m,man,ذكر,رجل", "female": "female,f,woman,أنثى,امرأة", "other": "other,آخر",
    }),
    "language": _words({
        "ar": "ar,arabic,العربية,عربي", "en": "en,english,الإنجليزية,انجليزي",
        "fr": "fr,french,الفرنسية", "ur": "ur,urdu,الأردية",
    }),
}  # fmt: skip


def parts(cell: str) -> list[str]:
    """What stands in one cell, one by one."""
    return [part for one in _PARTS.split(cell) if (part := one.strip())]


def word(path: str, cell: str) -> str:
    """A fixed word in either language."""
    return WORDS[path].get(fold_compact(cell), cell)


def country(cell: str) -> str:
    """A code, or a country's name in Arabic or English."""
    return _countries().get(fold_compact(cell), cell.upper())


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


def custom(field: Definition, cell: str, zone: str) -> Any:
    """A custom field's value."""
    if field.type == "choice":
        return _option(field, cell)
    if field.type == "multi_choice":
        return [_option(field, part) for part in parts(cell)]
    if field.type == "boolean":
        folded = fold_compact(cell)
        return True if folded in _YES else False if folded in _NO else cell
    if field.type in NUMBERS:
        return _number(cell)
    if field.type == "date":
        return day(cell)
    return _moment(cell, zone) if field.type in MOMENTS else cell


def _option(field: Definition, cell: str) -> str:
    wanted = fold_compact(cell)
    for option in field.options:
        if wanted in (fold_compact(option["key"]), *map(fold_compact, option["label"].values())):
            key: str = option["key"]
            return key
    return cell


def _number(cell: str) -> str:
    text = digits(cell).replace("٬", "").replace("٫", ".").strip()
    return text.replace(",", "") if _THOUSANDS.fullmatch(text) else text


def _moment(cell: str, zone: str) -> str:
    text = digits(cell).strip()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return cell
    return (found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))).isoformat()


@cache
def _countries() -> Mapping[str, str]:
    codes = {one.alpha_2: one.alpha_2 for one in pycountry.countries}
    codes |= {one.alpha_3: one.alpha_2 for one in pycountry.countries}
    names = {
        str(name): code for language in ("en", "ar")
        for code, name in Locale(language).territories.items() if code in codes
    }  # fmt: skip
    short = {"KSA": "SA", "UAE": "AE", "UK": "GB", "USA": "US", "السعودية": "SA", "الإمارات": "AE"}
    return {fold_compact(name): code for name, code in (codes | names | short).items()}
