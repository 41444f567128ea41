"""What cells of files of clients mean."""

import pytest

from clients.imports.rules import cells


@pytest.mark.parametrize(
    ("typed", "code"),
    [("السعودية", "SA"), ("المملكة العربية السعودية", "SA"), ("Egypt", "EG"), ("مصر", "EG"),
     ("KSA", "SA"), ("ARE", "AE"), ("sa", "SA"), ("الإمارات", "AE"), ("nowhere", "NOWHERE")],
)  # fmt: skip
def test_countries_by_their_names(typed: str, code: str) -> None:
    """CL-24"""
    assert cells.country(typed) == code
