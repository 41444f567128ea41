"""Who a paper is from: what a company has above everything, and how it looks on all of them."""

import re
from collections.abc import Mapping
from typing import Any, Final

from papers.look import Look
from papers.sheets import Json, line
from papers.words import chosen, ltr, text

_ARABIC: Final = re.compile("[\u0600-\u06ff]")
_NUMBERS: Final = {
    "vat_number": ("الرقم الضريبي", "VAT no."),
    "registration_number": ("السجل التجاري", "CR no."),
}


def lines(company: Mapping[str, Any], look: Look) -> list[Json]:
    """What stands below a company's name: its `branch` if it is of one, `address`, `vat_number`,
    `registration_number`, `phone`, `email` and `website`; what is empty or missing was never said.
    """
    names = company.get("branch") or {}
    branch = names.get(look.language) or names.get("ar") or names.get("en")
    told = [line(None, text(one)) for one in (branch, address(company.get("address"))) if one]
    told += [number(name, company[name], look) for name in _NUMBERS if company.get(name)]
    ways = (company.get(name) for name in ("phone", "email", "website"))
    contacts = " · ".join(ltr(one) for one in ways if one)
    return told + ([line(None, contacts)] if contacts else [])


def number(name: str, value: str, look: Look) -> Json:
    """A `vat_number` or a `registration_number`, of whomever."""
    return line(chosen(*_NUMBERS[name], look.language), ltr(value))


def address(told: Mapping[str, str | None] | None) -> str | None:
    """As a letter is addressed; the parts a Saudi national address has."""
    if told is None:
        return None
    street = " ".join(filter(None, (told.get("building"), told.get("street"))))
    codes = " ".join(filter(None, (told.get("postal_code"), told.get("additional_number"))))
    parts = (street, told.get("district"), told.get("city"), codes, told.get("country_code"))
    whole = [one for one in parts if one]
    return ("، " if _ARABIC.search("".join(whole)) else ", ").join(whole) or None
