"""Dates in either calendar: which one a year is of."""

from datetime import date

import pytest
from hijridate import Hijri
from hypothesis import given
from hypothesis import strategies as st

from chassis import hijri

_HIJRI = st.integers(hijri.FIRST_YEAR, hijri.LAST_YEAR)
_MONTHS, _DAYS = st.integers(1, 12), st.integers(1, 30)


def _in_table(year: int, month: int, number: int) -> date | None:
    try:
        return date.fromisoformat(Hijri(year, month, number).to_gregorian().isoformat())
    except (ValueError, OverflowError):
        return None


@given(_HIJRI, _MONTHS, _DAYS)
def test_a_year_of_the_table_is_hijri_named_or_not(year: int, month: int, number: int) -> None:
    """CL-22, CL-47: in any order and any digits, and a day that there is not is refused."""
    expected = _in_table(year, month, number)
    for plain in (f"{year}-{month:02}-{number:02}", f"{number}/{month}/{year}"):
        for typed in (plain, f"{plain} هـ", plain.translate(str.maketrans("01234", "٠١٢٣٤"))):
            if expected is not None:
                assert hijri.day(typed) == expected
                assert hijri.date_of(year, month, number) == expected
                assert 1924 <= expected.year <= 2077
            else:
                with pytest.raises(ValueError):
                    hijri.day(typed)
                with pytest.raises(ValueError):
                    hijri.date_of(year, month, number)


@given(st.dates().filter(lambda one: not hijri.is_year(one.year)))
def test_any_other_year_is_gregorian(one: date) -> None:
    """CL-47: unless it is named, and then it has to be in the table."""
    assert hijri.day(one.isoformat()) is None
    assert hijri.date_of(one.year, one.month, one.day) == one
    with pytest.raises(ValueError):
        hijri.day(f"{one.isoformat()} AH")
