"""What cells of files of clients mean."""

import pytest

from clients.custom_fields.rules.definitions import Definitions
from clients.imports.rules import cells
from clients.imports.rules.headings import suggested
from clients.imports.rules.rows import Names, body_of


@pytest.mark.parametrize(
    ("typed", "code"),
    [("السعودية", "SA"), ("المملكة العربية السعودية", "SA"), ("Egypt", "EG"), ("مصر", "EG"),
     ("KSA", "SA"), ("ARE", "AE"), ("sa", "SA"), ("الإمارات", "AE"), ("nowhere", "NOWHERE")],
)  # fmt: skip
def test_countries_by_their_names(typed: str, code: str) -> None:
    """CL-24"""
    assert cells.country(typed) == code


def test_what_was_owed_before_comes_with_the_clients() -> None:
    """CL-22, CL-24: under its usual headings, in any digits, below zero as accounts write it."""
    headings = ["الاسم", "الرصيد الافتتاحي", "Credit limit"]
    places = {
        path: [(headings.index(column), column)]
        for path, [column] in suggested(headings, [], {}).items()
    }
    assert set(places) == {"name", "opening_balance", "credit_limit"}
    row = ["سارة", "(١٬٢٠٠٫٥)", "5,000"]
    values = body_of(row, places, Names({}, Definitions([]))).values
    assert (values["opening_balance"], values["credit_limit"]) == ("-1200.5", "5000")
