"""What people write into cells, in the form in which the API takes it; what is not understood
stays as it is, for the API's own rules to refuse."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

import pycountry
from babel import Locale

from background.imports.rules.cells import boolean, day, digits, number, parts
from chassis.folding import fold_compact
from clients.custom_fields.rules.definitions import MOMENTS, NUMBERS, Definition


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


def word(path: str, cell: str) -> str:
    """A fixed word in either language."""
    return WORDS[path].get(fold_compact(cell), cell)


def country(cell: str) -> str:
    """A code, or a country's name in Arabic or English."""
    return _countries().get(fold_compact(cell), cell.upper())


def custom(field: Definition, cell: str, zone: str) -> Any:
    """A custom field's value."""
    if field.type == "choice":
        return _option(field, cell)
    if field.type == "multi_choice":
        return [_option(field, part) for part in parts(cell)]
    if field.type == "boolean":
        return boolean(cell)
    if field.type in NUMBERS:
        return number(cell)
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
