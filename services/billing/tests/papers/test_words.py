"""What stands on papers is there in both languages."""

import pytest

from billing.papers.rules.words import WORDS, label


@pytest.mark.parametrize("name", sorted(WORDS))
def test_words_are_there_in_both_languages(name: str) -> None:
    """BI-03"""
    values = {"rate": "", "taxable": "", "home": ""}
    arabic, english = label(name, "both", **values)
    assert [arabic] == label(name, "ar", **values) and label(name, "en", **values)[0] in english
