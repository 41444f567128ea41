"""Identity numbers: the forms they have, and how much of one is shown."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Final, Literal

Format = Literal[
    "sa_national_id", "sa_iqama", "sa_national_id_or_iqama", "eg_national_id",
    "sa_commercial_register",
]  # fmt: skip
SHOWN: Final = 4
HIDDEN: Final = "••••"

_PLAIN: Final = re.compile(r"[0-9A-Z]{4,40}")
_TEN: Final = re.compile(r"[0-9]{10}")
_EGYPTIAN: Final = re.compile(r"([23])(\d\d)(\d\d)(\d\d)(\d\d)\d{5}", re.ASCII)
# Governorates of Egypt as their national number writes them; 88 is a birth abroad.
_GOVERNORATES: Final = frozenset({
    "01", "02", "03", "04", "11", "12", "13", "14", "15", "16", "17", "18", "19", "21", "22", "23",
    "24", "25", "26", "27", "28", "29", "31", "32", "33", "34", "35", "88",
})  # fmt: skip


def bare(typed: str) -> str | None:
    """Digits and capital letters only; None where the text is no identity number at all."""
    text = unicodedata.normalize("NFKC", typed).upper()
    digits = (str(unicodedata.decimal(c)) if c.isdecimal() else c for c in text)
    found = re.sub(r"[\s./-]", "", "".join(digits))
    return found if _PLAIN.fullmatch(found) else None


def has_form(number: str, form: Format) -> bool:
    """Whether a bare number can be one of this form."""
    return _CHECKS[form](number)


def looks_like_one(number: str) -> bool:
    """Whether a bare number is rather an identity number than a phone number or a code."""
    return any(check(number) for check in _CHECKS.values())


def masked(value: str) -> str:
    """The last four characters; of a short value half of them, so that it stays hidden."""
    shown = min(SHOWN, len(value) // 2)
    return HIDDEN + value[len(value) - shown :]


def _saudi(*first: str) -> Callable[[str], bool]:
    """Ten digits, 1… for citizens and 2… for residents, the last one by Luhn (ISO/IEC 7812-1).

    Source: https://github.com/alhazmy13/Saudi-ID-Validator
    """
    return lambda number: bool(_TEN.fullmatch(number)) and number[0] in first and _luhn(number)


def _luhn(number: str) -> bool:
    doubled = [int(digit) * (2 - place % 2) for place, digit in enumerate(number)]
    return sum(digit - 9 if digit > 9 else digit for digit in doubled) % 10 == 0


def _egyptian(number: str) -> bool:
    """Fourteen digits: century (2: 19…, 3: 20…), birth date, governorate, serial, check digit.

    How the check digit is made is not published, so it is not held against the others.
    Source: https://pypi.org/project/national-id/
    """
    if (found := _EGYPTIAN.fullmatch(number)) is None:
        return False
    century, year, month, day, governorate = found.groups()
    try:
        date(1700 + 100 * int(century) + int(year), int(month), int(day))
    except ValueError:
        return False
    return governorate in _GOVERNORATES


def _commercial_register(number: str) -> bool:
    """Ten digits: a city's four and six more, or the unified number, which begins with 7.

    Source: ZATCA, XML implementation standard, BT-29 with the scheme CRN; https://mc.gov.sa
    """
    return bool(_TEN.fullmatch(number)) and number[0] in "1234567"


_CHECKS: Final[Mapping[Format, Callable[[str], bool]]] = {
    "sa_national_id": _saudi("1"), "sa_iqama": _saudi("2"),
    "sa_national_id_or_iqama": _saudi("1", "2"), "eg_national_id": _egyptian,
    "sa_commercial_register": _commercial_register,
}  # fmt: skip
