"""Colours of paper are read, whichever a company likes."""

from hypothesis import given
from hypothesis import strategies as st

from papers.look import ENOUGH, Look, contrast, letters_on, readable

_COLOURS = st.integers(0, 0xFFFFFF).map(lambda one: f"#{one:06x}")


@given(_COLOURS)
def test_letters_are_read_in_every_colour_and_on_it(colour: str) -> None:
    """BI-03: as WCAG has it; what is dark enough stays as it is."""
    assert contrast(readable(colour), "#ffffff") >= ENOUGH
    assert contrast(letters_on(colour), colour) >= ENOUGH
    assert readable(readable(colour)) == readable(colour)
    if contrast(colour, "#ffffff") >= ENOUGH:
        assert readable(colour) == colour


def test_contrast_is_that_of_the_standard() -> None:
    """BI-03: examples of WCAG's own tools."""
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48
    assert contrast("#ff0000", "#ff0000") == 1


def test_words_are_in_the_paper_s_languages_else_in_the_one_there_is() -> None:
    """BI-03"""
    both, arabic = {"ar": "سطر", "en": "line"}, {"ar": "سطر"}
    for language, said, expected in (
        ("ar", both, ["سطر"]), ("en", both, ["line"]), ("both", both, ["سطر", "line"]),
        ("en", arabic, ["سطر"]), ("both", {}, []),
    ):  # fmt: skip
        found = Look(language, footer=said).style()["footer"]  # type: ignore[arg-type]
        assert found == [f"\u2068{one}\u2069" for one in expected]
