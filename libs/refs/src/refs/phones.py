"""Phone numbers as people type them: to E.164, to a key for comparing, to digits for searching."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat

# National numbers of the Gulf and Egypt have 8–10 digits; fewer last digits match strangers.
MATCH_DIGITS = 8
_SEPARATORS = str.maketrans("", "", " -")


@dataclass(frozen=True, slots=True)
class _Mobiles:
    """How mobile numbers of a country are written: its code, its trunk prefix, the rest."""

    code: str
    trunk: str
    rest: re.Pattern[str]


def normalize(number_as_typed: str, default_country: str) -> str | None:
    """The number in E.164 ("+966501234567"), or None where no such number can exist.

    Reads Arabic digits, 00 and + prefixes, national forms of the default country (ISO 3166), and
    the country code typed without a prefix («966501234567»).
    """
    typed = _latin(number_as_typed)
    if (mobile := _mobile(typed, default_country)) is not None:
        return mobile
    number = _parse(typed, default_country)
    if number is None and not typed.startswith(("+", "0")):
        number = _parse("+" + typed, default_country)
    if number is None:
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def match_key(number_as_typed: str, default_country: str) -> str:
    """What two spellings of one number have in common: E.164, else the bare digits."""
    return normalize(number_as_typed, default_country) or search_digits(number_as_typed)


def search_digits(text: str) -> str:
    """The digits of a typed fragment without 00 or a trunk 0, to be found inside stored digits."""
    return ascii_digits(text).lstrip("0")


def last_digits(number: str) -> str:
    """The last digits, by which a number is found whatever prefix it was written with."""
    return ascii_digits(number)[-MATCH_DIGITS:]


def ascii_digits(text: str) -> str:
    """Only the digits of a text, Arabic and Persian ones as ASCII."""
    if text.isascii():
        return "".join(filter(str.isdigit, text))
    return "".join(
        str(unicodedata.decimal(letter)) for letter in text if unicodedata.category(letter) == "Nd"
    )


def _mobile(typed: str, country: str) -> str | None:
    """What the library would say of a mobile number in its usual form, in a tenth of the time."""
    if (usual := _mobiles(country)) is None:
        return None
    digits = typed.translate(_SEPARATORS)
    if digits.startswith(usual.code):
        digits = digits[len(usual.code) :]
    elif usual.trunk and digits.startswith(usual.trunk):
        digits = digits[len(usual.trunk) :]
    return usual.code + digits if usual.rest.fullmatch(digits) else None


@lru_cache(maxsize=256)
def _mobiles(country: str) -> _Mobiles | None:
    known = PhoneMetadata.metadata_for_region(country)
    if known is None or known.mobile is None or not known.mobile.national_number_pattern:
        return None
    trunk = known.national_prefix_for_parsing or ""
    if known.national_prefix_transform_rule or not (trunk == "" or trunk.isdecimal()):
        return None  # they write more than a prefix there
    rest = re.compile(known.mobile.national_number_pattern, re.ASCII)
    return _Mobiles(f"+{known.country_code}", trunk, rest)


def _latin(text: str) -> str:
    """ASCII digits and signs, and a leading 00 as +, whatever the default country dials abroad."""
    digits = text.strip() if text.isascii() else _plain(text)
    return "+" + digits[2:] if digits.startswith("00") else digits


def _plain(text: str) -> str:
    normal = unicodedata.normalize("NFKC", text)
    shown = "".join(letter for letter in normal if unicodedata.category(letter) != "Cf").strip()
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in shown
    )


def _parse(text: str, default_country: str) -> phonenumbers.PhoneNumber | None:
    try:
        number = phonenumbers.parse(text, default_country)
    except NumberParseException:
        return None
    return number if phonenumbers.is_valid_number(number) else None
