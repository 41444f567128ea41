"""How numbers are written."""

import re

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from billing.series.rules import number
from billing.series.schemas import Prefix

PREFIXES = st.from_regex(r"[A-Za-z0-9/_.-]{0,19}[A-Za-z/_.-]", fullmatch=True)
PLACES = st.integers(1, 10**12)
_PREFIX = TypeAdapter[str](Prefix)


@given(PREFIXES, PREFIXES, st.tuples(PLACES, PLACES), st.tuples(*[st.integers(1, 12)] * 2))
def test_two_numbers_are_never_alike(
    one: str, other: str, places: tuple[int, int], digits: tuple[int, int]
) -> None:
    """BI-07: unless they are the same place of one prefix."""
    assert _PREFIX.validate_python(one) == one
    written = number(one, digits[0], places[0]), number(other, digits[1], places[1])
    if (one, places[0]) != (other, places[1]):
        assert written[0] != written[1]
    found = re.fullmatch(r"(.*\D)(\d+)", written[0])
    assert found and (found[1], int(found[2])) == (one, places[0])
