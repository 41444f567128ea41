"""Phone numbers: every way of writing one in the Gulf and Egypt leads to the same E.164."""

import contextlib
import subprocess
import sys

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from refs import phones

SPELLINGS = {
    "+966501234567": {
        "SA": [
            "0501234567", "050 123 4567", "501234567", "966501234567", "00966501234567",
            "+966 50 123 4567", "+966 (0)50 123 4567", "٠٥٠١٢٣٤٥٦٧", "۰۵۰۱۲۳۴۵۶۷",
            "\u200e+966501234567\u200e", "050-123-4567", "+٩٦٦٥٠١٢٣٤٥٦٧",
        ],
        "EG": ["+966501234567", "00966501234567", "٠٠٩٦٦ ٥٠ ١٢٣ ٤٥٦٧"],
    },
    "+966112345678": {"SA": ["0112345678", "011-2345678", "٠١١٢٣٤٥٦٧٨"]},
    "+971501234567": {"AE": ["0501234567", "971501234567", "00971 50 123 4567"]},
    "+96550012345": {"KW": ["50012345", "96550012345", "+965 5001 2345", "٥٠٠١٢٣٤٥"]},
    "+97336001234": {"BH": ["36001234", "00973 3600 1234"]},
    "+97433123456": {"QA": ["33123456", "974 3312 3456"]},
    "+96892123456": {"OM": ["92123456", "+968 9212 3456"]},
    "+201001234567": {
        "EG": ["01001234567", "1001234567", "0020 100 123 4567", "20 1001234567", "٠١٠٠١٢٣٤٥٦٧"],
        "SA": ["+20 100 123 4567", "201001234567"],
    },
}  # fmt: skip
CASES = [
    (typed, country, expected)
    for expected, by_country in SPELLINGS.items()
    for country, spellings in by_country.items()
    for typed in spellings
]


@pytest.mark.parametrize(("typed", "country", "expected"), CASES)
def test_every_spelling_leads_to_one_number(typed: str, country: str, expected: str) -> None:
    """CL-44, CL-17."""
    assert phones.normalize(typed, country) == expected
    assert phones.match_key(typed, country) == expected


@pytest.mark.parametrize("typed", ["", "abc", "123", "0501234567 / 0551234567", "+", "00", "٠"])
def test_what_cannot_be_a_number_has_none(typed: str) -> None:
    assert phones.normalize(typed, "SA") is None


def test_a_national_number_needs_a_known_country() -> None:
    assert phones.normalize("0501234567", "ZZ") is None


def test_a_trunk_zero_is_never_read_as_a_country_code() -> None:
    assert phones.normalize("0966501234567", "EG") is None


def test_what_is_no_number_still_matches_by_its_digits() -> None:
    assert phones.match_key("ext. ١٢٣", "SA") == phones.match_key("123", "SA") == "123"


@pytest.mark.parametrize("typed", ["0501234567", "٠٥٠١٢٣٤٥٦٧", "00966 50 123-4567", "123 4567"])
def test_a_typed_fragment_is_found_in_the_stored_digits(typed: str) -> None:
    assert phones.search_digits(typed) in "966501234567"


def test_a_number_is_found_by_its_last_digits() -> None:
    assert phones.last_digits("٠٥٠١٢٣٤٥٦٧") == phones.last_digits("+966501234567") == "01234567"


@given(st.text(max_size=30), st.sampled_from(["SA", "AE", "EG", "KW", "ZZ", ""]))
def test_no_text_breaks_it_and_a_normal_form_stays(text: str, country: str) -> None:
    number = phones.normalize(text, country)
    if number is not None:
        assert phones.normalize(number, country) == number


def test_the_geocoder_is_never_imported() -> None:
    # It holds 184 MB of place names for the life of the process.
    code = "import sys, refs.phones; sys.exit('phonenumbers.geocoder' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


_COUNTRIES = [
    "SA", "AE", "KW", "BH", "QA", "OM", "EG", "JO", "LB", "IQ", "YE", "SY", "MA", "TN", "DZ", "SD",
    "TR", "PK", "IN", "US", "CA", "GB", "FR", "DE", "IT", "RU", "KZ", "AR", "MX", "BR",
]  # fmt: skip


def _by_the_library(text: str, country: str) -> str | None:
    for typed in (text, "+" + text):
        with contextlib.suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(typed, country)
            if phonenumbers.is_valid_number(number):
                return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
        if text.startswith(("+", "0")):
            return None
    return None


@given(data=st.data(), country=st.sampled_from(_COUNTRIES))
def test_mobile_numbers_are_read_as_the_library_reads_them(
    data: st.DataObject, country: str
) -> None:
    """CL-17, CL-44: the quick way for the usual forms never says anything else."""
    known = phonenumbers.PhoneMetadata.metadata_for_region(country)
    usual = st.from_regex(known.mobile.national_number_pattern, fullmatch=True)
    rest = data.draw(usual.filter(str.isascii) | st.from_regex(r"[0-9]{6,11}", fullmatch=True))
    code = str(known.country_code)
    first = data.draw(st.sampled_from(["", "0", "1", "8", code, f"+{code}", f"+{code}0"]))
    typed = first + rest
    assert phones.normalize(typed, country) == _by_the_library(typed, country)
