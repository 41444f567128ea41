"""The pure part of what invoices take where they say nothing."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.defaults.rules import chosen, exceeds
from billing.invoices.rules import due


@pytest.mark.parametrize(
    ("text", "languages", "found"),
    [
        ({"ar": "شكرًا", "en": "Thanks"}, ("en", "ar"), "Thanks"),
        ({"ar": "شكرًا", "en": "Thanks"}, ("", "ar"), "شكرًا"),
        ({"ar": "شكرًا"}, ("en",), "شكرًا"), ({"en": "Thanks"}, ("fr", ""), "Thanks"),
    ],
)  # fmt: skip
def test_a_text_is_in_the_first_language_it_has(
    text: dict[str, str], languages: tuple[str, ...], found: str
) -> None:
    assert chosen(text, *languages) == found


def test_all_of_a_limit_is_not_more_than_it() -> None:
    """CL-22"""
    assert not exceeds(100, 100) and exceeds(100, 101) and exceeds(0, 1)


@given(st.dates(), st.dates(), st.none() | st.integers(0, 3_650))
def test_an_invoice_is_due_so_long_after_it_is_issued(
    issue_date: date, today: date, days: int | None
) -> None:
    """BI-07: never before its date or the day it is issued, and never beyond what a date can be."""
    found = due(issue_date, today, days)
    assert found >= max(issue_date, today)
    assert found == date.max or (found - max(issue_date, today)).days == (days or 0)
