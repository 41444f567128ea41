"""Phone numbers as people type them: to E.164, to a key for comparing, to digits for searching."""

import unicodedata

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

# National numbers of the Gulf and Egypt have 8–10 digits; fewer last digits match strangers.
MATCH_DIGITS = 8


def normalize(number_as_typed: str, default_country: str) -> str | None:
    """The number in E.164 ("+966501234567"), or None where no such number can exist.

    Reads Arabic digits, 00 and + prefixes, national forms of the default country (ISO 3166), and
    the country code typed without a prefix («966501234567»).
    """
    typed = _latin(number_as_typed)
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
